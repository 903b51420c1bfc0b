"""nginx as Supabase's front door: PostgREST under /rest/v1, and a log from which requests are counted."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from sandbox.errors import PartMissing
from sandbox.probe import HOST, http_ready
from sandbox.service import Part

_PLACES = os.pathsep.join(["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"])
# PostgREST 12 closes the connection after a HEAD without saying so: those requests use connections of their own.
_CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  client_body_temp_path {folder}/nginx; proxy_temp_path {folder}/nginx;
  fastcgi_temp_path {folder}/nginx; uwsgi_temp_path {folder}/nginx; scgi_temp_path {folder}/nginx;
  client_max_body_size 64m; client_body_buffer_size 1m;
  proxy_buffers 16 64k; proxy_buffer_size 64k; proxy_busy_buffers_size 128k; proxy_max_temp_file_size 0;
  log_format race '$request_method $uri $status';
  access_log {folder}/access.log race buffer=64k flush=200ms;
  keepalive_requests 1000000;
  upstream kept {{ server {host}:{upstream}; keepalive 64; keepalive_requests 1000000; }}
  upstream closed {{ server {host}:{upstream}; }}
  map $request_method $postgrest {{ HEAD closed; default kept; }}
  map $request_method $connection_header {{ HEAD close; default ""; }}
  server {{
    listen {host}:{port};
    location = / {{ access_log off; return 200; }}
    location /rest/v1/ {{
      rewrite ^/rest/v1(/.*)$ $1 break;
      proxy_pass http://$postgrest;
      proxy_http_version 1.1;
      proxy_set_header Connection $connection_header;
      proxy_set_header Host $host;
    }}
  }}
}}
"""


def nginx_part(folder: Path, port: int) -> Part:
    """The server on `port`, as `configure` last told it in `folder`.

    Raises:
        PartMissing: there is no nginx, and none could be installed.
    """
    argv = (find_nginx(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr")
    return Part("front", argv, http_ready(port))


def configure(folder: Path, port: int, upstream: int) -> None:
    """Write the configuration: listen on `port`, pass on to `upstream` (ports of this machine)."""
    (folder / "nginx").mkdir(exist_ok=True)
    user = "user root;" if os.geteuid() == 0 else ""
    text = _CONFIGURATION.format(folder=folder, host=HOST, port=port, upstream=upstream, user=user)
    (folder / "nginx.conf").write_text(text)


def find_nginx() -> str:
    """The program; root installs Debian's nginx-light where it is missing.

    Raises:
        PartMissing: there is none.
    """
    if not installed() and os.geteuid() == 0 and shutil.which("apt-get"):
        # at this run level a package does not start its service
        environment = {**os.environ, "RUNLEVEL": "1", "DEBIAN_FRONTEND": "noninteractive"}
        argv = ["apt-get", "install", "-y", "-qq", "nginx-light"]
        subprocess.run(argv, env=environment, capture_output=True, check=False)
    if found := installed():
        return found
    raise PartMissing("The race needs nginx before PostgREST: install it (Debian: apt-get install nginx-light).")


def installed() -> str | None:
    """The program where there is one, also in folders that are not on everybody's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path=_PLACES)
