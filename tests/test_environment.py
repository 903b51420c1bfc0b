"""What stands around the settings: a mistake is a sentence that names the variable and repeats nothing."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import httpx
import pytest

from proactive.environment import check_dotenv, check_network
from proactive.errors import SettingsError

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
ALL = (*PROXIES, "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ALL:
        monkeypatch.delenv(name, raising=False)


def complaint() -> str:
    with pytest.raises(SettingsError) as refused:
        check_network()
    return str(refused.value)


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize(
    "value",
    [
        "ftp://secret:21",
        "secret://x",
        "://",
        "http://secret:99999",
        "http://[::1",
        "http://se cret\x7f",
        "socks9://secret",
    ],
)
def test_a_proxy_that_is_no_address_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    said = complaint()
    assert said.startswith(f"{name} is not usable. It should look like: http://")
    assert "secret" not in said


@pytest.mark.parametrize("name", PROXIES)
@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "SOCKS5"])
def test_a_socks_proxy_without_its_packages_is_named(monkeypatch: pytest.MonkeyPatch, name: str, scheme: str) -> None:
    if importlib.util.find_spec("socksio"):
        pytest.skip("the packages for SOCKS are installed")
    monkeypatch.setenv(name, f"{scheme}://user:secret@127.0.0.1:9")
    said = complaint()
    assert said.startswith(f"{name} is a SOCKS proxy, for which packages are missing")
    assert "secret" not in said


@pytest.mark.parametrize("value", ["http://proxy:3128", "proxy:3128", "http://u:p%40@[::1]:3128", "https://proxy", ""])
def test_a_proxy_that_clients_take_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    for name in PROXIES:
        monkeypatch.setenv(name, value)
    check_network()
    httpx.Client().close()


@pytest.mark.parametrize("value", ["fe80::/10", "[::1]", "a:b", "\u00fc.secret", "::1::"])
def test_exceptions_from_proxies_that_clients_refuse_are_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    monkeypatch.setenv("NO_PROXY", f"localhost,{value}")
    assert complaint() == "NO_PROXY is not usable. It should look like: localhost,127.0.0.1,::1,.example.com."


@pytest.mark.parametrize("value", ["", "*", "localhost,127.0.0.1,::1", ".local,10.0.0.0/8", " , ,a.b:80"])
def test_exceptions_from_proxies_that_clients_take_are_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("no_proxy", value)
    check_network()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_that_are_none_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "text").write_text("no certificate")
    (tmp_path / "empty").write_bytes(b"")
    for value in ("/nowhere/secret", str(tmp_path / "text"), str(tmp_path / "empty")):
        monkeypatch.setenv(name, value)
        said = complaint()
        assert said.startswith(f"{name} is not usable: it should be the path")
        assert "secret" not in said


def test_everything_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "ftp://x")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    assert [line.split()[0] for line in complaint().splitlines()] == ["ALL_PROXY", "SSL_CERT_FILE"]


@pytest.mark.parametrize("content", [b"A=\xff\xfe", "A=\u00e9".encode("latin-1"), "\ufeffA=b".encode("utf-16")])
def test_a_dotenv_that_is_not_utf_8_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=r"/\.env cannot be read \(not text in UTF-8\)"):
        check_dotenv((tmp_path / ".env",))


def test_a_dotenv_that_is_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"/\.env cannot be read \(Is a directory\)"):
        check_dotenv((tmp_path / "none", tmp_path / ".env"))


@pytest.mark.parametrize("content", ["", "A=b", "\ufeffA=\u00e9\r\n", "no assignment at all", "A='unclosed"])
def test_a_dotenv_that_can_be_read_is(tmp_path: Path, content: str) -> None:
    (tmp_path / ".env").write_text(content, encoding="utf-8")
    check_dotenv((tmp_path / ".env", str(tmp_path / "none")))
    check_dotenv(None)
