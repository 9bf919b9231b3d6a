"""Texts, files and times that are given to a command: what cannot be used is refused in a sentence."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.main import main
from app.client.access import main as access
from app.client.http.request import Request
from app.embedded.errors import DataDirUnusable
from app.embedded.running_mongod import mongod_of

PASSWORD = "p\u00e4ssword"  # as `sp_…` is none: a text for tests
NO_TEXT = b"p\xff\xfe"


def refused(*arguments: str, given: bytes | None = None) -> str:
    """Return the error of a command in one line."""
    result = CliRunner().invoke(main, arguments, input=given)
    assert (result.exit_code, type(result.exception)) == (2, SystemExit), result.exception
    return " ".join(result.output.split()).partition("Error: ")[2]


@pytest.mark.parametrize(
    "arguments", [["bench", "live", "--subscribers", "1", "--document"], ["shard", "--plan", "--zones-file"]]
)
@pytest.mark.parametrize(
    ("content", "why"),
    [(NO_TEXT, "is not UTF-8."), (b"\n", "the file has no subscription.")],
)
def test_a_file_that_is_no_text_is_refused(arguments: list[str], content: bytes, why: str, tmp_path: Path) -> None:
    """And an empty document is not the one that is measured without any."""
    file = tmp_path / "file"
    file.write_bytes(content)
    if "--document" in arguments or content == NO_TEXT:
        assert why in refused(*arguments, str(file))


def test_a_password_on_standard_input_is_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else another one would be set than the one that was given."""
    sent: list[Request] = []

    def change(_: object, request: Request, **__: object) -> int:
        sent.append(request)
        return 0

    monkeypatch.setattr(access, "change", change)
    command = ["users", "create", "--name", "anna", "--role", "viewer"]
    result = CliRunner(charset="latin-1").invoke(main, command, input=f"{PASSWORD}\r\n".encode())
    assert (result.exit_code, PASSWORD in repr(sent)) == (0, True), result.exception
    assert refused(*command, given=NO_TEXT) == "The standard input is not UTF-8."


@pytest.mark.parametrize("option", [["audit", "list", "--since"], ["export", "movements", "--until"]])
@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "now"])
def test_a_time_that_there_is_not_in_utc_is_refused(option: list[str], time: str) -> None:
    """Here, where the option has a name; the server knows only its own."""
    assert "give a time as in 2026-11-23T09:30:00Z." in refused(*option, time)


def test_a_data_directory_of_another_user_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By each command that works on the database of a data directory."""

    def forbidden(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", forbidden)
    with pytest.raises(DataDirUnusable, match=r"cannot be used \(Permission denied\)"), mongod_of(tmp_path, cache_gb=1):
        pass
