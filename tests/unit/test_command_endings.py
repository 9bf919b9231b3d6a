"""How a command ends where something from outside ends it, and what of its options is refused before it begins."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
import pytest

from app.cli.main import main
from app.cli.options.numbers import Number
from app.client.access import main as access
from app.client.http.request import Request
from app.client.reorder import main as reorder

FULL = Path("/dev/full")
KEY = access.Connection(url="http://127.0.0.1:1", patience_seconds=0)

needs_a_full_disk = pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the standard output be a disk without room."""
    device = FULL.open("w", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", device)
        yield
    with suppress(OSError):  # of what it still holds
        device.close()


def ended(*arguments: str) -> object:
    """Return the exit code of a command."""
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return end.value.code


@needs_a_full_disk
@pytest.mark.parametrize("arguments", [["--help"], ["keys", "create", "--help"], ["config"]])
def test_a_full_disk_is_said_in_a_sentence(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever is written: a help, or what a command found."""
    with full_disk(monkeypatch):
        assert ended(*arguments) == 2
    assert capsys.readouterr().err == "Error: The output cannot be written: No space left on device.\n"


@pytest.mark.parametrize("place", ["app.cli.settings.settings_of", "app.config.explained"])
def test_ctrl_c_ends_a_command_with_130_whatever_it_does_just_then(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also before it comes to what it knows to break off: click ends with 1, which says that something was rejected."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupted)
    assert ended("config") == 130
    assert capsys.readouterr() == ("", "Stopped by Ctrl-C.\n")


def test_a_mistake_of_ours_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the system that no disk or key explains."""

    def wrong(*_: object) -> None:
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr("app.config.explained", wrong)
    with pytest.raises(OSError, match="Bad file descriptor"):
        main(["config"])


@needs_a_full_disk
@pytest.mark.parametrize("is_quiet", [True, False])
def test_a_key_that_could_not_be_printed_is_exchanged(is_quiet: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was made, and no one has it: the error says what to do."""
    monkeypatch.setattr(access, "_run", lambda *_: {"key": "sp_p_secret"})
    lost = pytest.raises(click.ClickException, match="keys rotate till-7 --grace-seconds 0")
    with full_disk(monkeypatch), lost:
        access.make_secret(KEY, Request("", {}), name="till-7", said="Made.", is_quiet=is_quiet)


@needs_a_full_disk
def test_what_was_ordered_is_said_though_the_report_has_no_room(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report comes last."""

    async def done(*_: object) -> tuple[list[Any], str]:
        return [], "3 purchase orders were written."

    monkeypatch.setattr(reorder, "_done", done)
    assert ended("reorder", "--report", str(FULL)) == 2
    assert capsys.readouterr().out == "3 purchase orders were written.\n"


def commands(group: click.Group) -> Iterator[click.Command]:
    """Yield every command below a group."""
    for command in group.commands.values():
        yield from commands(command) if isinstance(command, click.Group) else [command]


def test_no_option_takes_what_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    """NaN is within any bounds: `--patience nan` waited without end."""
    numbers = [each for command in commands(main) for each in command.params if isinstance(each.type, click.FloatRange)]
    assert len(numbers) > 20
    assert [each.name for each in numbers if not isinstance(each.type, Number)] == []
    assert ended("keys", "list", "--patience", "nan") == 2
    assert "nan is no number to count with." in capsys.readouterr().err


@pytest.mark.parametrize("when", ["0001-01-01", "9999-12-31T23:59:59.999999", "tomorrow"])
def test_an_expiry_is_a_time_that_there_is(
    when: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first and the last day are no times in every zone; what is no time is refused, and nothing is asked."""
    monkeypatch.setattr(access, "_run", lambda *_: {"key": "sp_p_secret", "apiKey": None})
    assert ended("keys", "create", "--name", "till-7", "--quiet", "--expires", when) == (0 if when[0] == "9" else 2)
    assert "Traceback" not in capsys.readouterr().err


def test_a_file_that_cannot_be_made_is_refused_before_anything_is_done(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a directory of another user: else all was done, and the report of it failed."""
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert ended("reorder", "--report", str(tmp_path / "report.json")) == 2
    assert f"{tmp_path} takes no new file." in " ".join(capsys.readouterr().err.split())
