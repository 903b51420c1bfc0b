"""The `rq` command of an environment is ours, or somebody is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from proactive.processes.rq_command import is_ours, warn_unless_ours

OURS = "#!/python\nimport sys\nfrom proactive.processes.rq_cli import main\nsys.exit(main())\n"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        (OURS, True),
        (OURS.replace("proactive.processes.rq_cli", "rq.cli"), False),
        ("\x7fELF\ud800", False),
        (None, True),
    ],
)
def test_the_last_installed_distribution_owns_the_command(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str | None, ours: bool
) -> None:
    if text is not None:
        (tmp_path / "rq").write_bytes(text.encode("utf-8", "surrogatepass"))
    assert is_ours(tmp_path) is ours
    warn_unless_ours(tmp_path)
    assert ("RQ's own" in caplog.text) is not ours


def test_that_of_the_tests_is_ours() -> None:
    assert is_ours()
