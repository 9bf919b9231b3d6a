"""What the commands print, wherever it goes."""

import io
import subprocess
import sys

import pytest

from app.cli.main import COMMANDS, SECTIONS, main


def test_output_that_has_no_sign_for_a_character_shows_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file or pipe in the code page of a Windows: nothing that was done is left untold for it."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252", write_through=True))
    main(["config"], standalone_mode=False)
    written.truncate(0)
    written.seek(0)
    sys.stdout.write("Caf\u00e9: 3 \u2192 4, caf\udce9\n")
    assert written.getvalue() == b"Caf\xe9: 3 \\u2192 4, caf\\udce9\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_has_the_first_sentence_of_each(name: str) -> None:
    """Kept beside its place, since the list imports no command."""
    assert main.commands[name].name == name
    assert main.commands[name].get_short_help_str(limit=200) == COMMANDS[name][1]


def test_the_list_of_commands_is_quick_because_it_imports_none() -> None:
    """Neither the settings nor a command; nor what any of them needs."""
    script = (
        "import sys; from app.cli.main import main; main(['--help'], standalone_mode=False); "
        "sys.exit(str(sorted({'pydantic', 'rich', 'asyncio', 'app.config', 'app.cli.serve'} & sys.modules.keys())))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stderr == "[]\n"
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    assert all(f"\n{heading}:\n" in done.stdout for heading in SECTIONS)
