"""What may be said about the unit of systemd without systemd: by its own program where that is, and by our rules."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from app.config import Settings, secret_file_variables
from app.config.variables import variable_of
from app.server.checks.safe_settings import unsafe_settings
from app.server.process.stop_deadline import STOP_SECONDS
from tests.architecture.test_kubernetes import SECRETS

FOLDER = Path(__file__).parents[2] / "deploy" / "systemd"
UNIT = (FOLDER / "stockpulse.service").read_text(encoding="utf-8")
ENVIRONMENT = dict(
    line.split("=", 1)
    for line in (FOLDER / "stockpulse.env").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def values(name: str) -> list[str]:
    """Return what the unit says of something, each time."""
    return re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)


def test_every_variable_is_a_setting_and_every_secret_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the unit and of its file; together they are safe in production."""
    of_unit = dict(each.split("=", 1) for each in values("Environment"))
    files = {name: path for name, path in of_unit.items() if name.endswith("_FILE")}
    assert files.keys() <= set(secret_file_variables())
    known = {variable_of(name) for name in Settings.model_fields}
    assert {*ENVIRONMENT, *of_unit} - files.keys() <= known
    loaded = dict(each.split(":") for each in values("LoadCredential"))
    assert {path.removeprefix("%d/") for path in files.values()} == loaded.keys()
    assert {f"/etc/stockpulse/{name}" for name in loaded} == set(loaded.values())
    for name in known:
        monkeypatch.delenv(name, raising=False)
    for name, value in {**ENVIRONMENT, **SECRETS}.items():
        monkeypatch.setenv(name, value)
    assert unsafe_settings(Settings()) == ()


def test_it_has_the_time_that_it_needs() -> None:
    """For a stop after its draining, and files for all connections."""
    [stop], [files] = values("TimeoutStopSec"), values("LimitNOFILE")
    assert float(stop) > float(ENVIRONMENT["STOCKPULSE_DRAIN_SECONDS"]) + STOP_SECONDS
    assert (
        int(files) > Settings.model_fields["max_connections"].default + Settings.model_fields["max_websockets"].default
    )
    assert values("Type") == ["notify"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_the_unit_and_calls_it_safe(tmp_path: Path) -> None:
    """All but where the program is, which is not installed there; the rest that is exposed is what a server needs."""
    unit = tmp_path / "stockpulse.service"
    unit.write_text(UNIT.replace("/opt/stockpulse/.venv/bin/stockpulse", "/bin/true"), encoding="utf-8")
    verify = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)  # noqa: S603, S607
    assert (verify.returncode, verify.stderr) == (0, "")
    analysed = ["systemd-analyze", "security", "--offline=true", "--threshold=15", "--no-pager", unit]
    secure = subprocess.run(analysed, capture_output=True, text=True, check=False)  # noqa: S603
    assert secure.returncode == 0, secure.stdout
