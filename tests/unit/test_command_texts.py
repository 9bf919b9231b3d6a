"""What the commands print, wherever it goes."""

import io
import sys

import pytest

from app.cli.main import main


def test_output_that_has_no_sign_for_a_character_shows_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file or pipe in the code page of a Windows: nothing that was done is left untold for it."""
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252", write_through=True))
    main(["config"], standalone_mode=False)
    written.truncate(0)
    written.seek(0)
    sys.stdout.write("Caf\u00e9: 3 \u2192 4, caf\udce9\n")
    assert written.getvalue() == b"Caf\xe9: 3 \\u2192 4, caf\\udce9\n"
