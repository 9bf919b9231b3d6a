"""What a user sees while something long goes on."""

from io import BytesIO, StringIO, TextIOWrapper

from rich.console import Console

from app.client.http.progress_display import ProgressDisplay


def test_a_terminal_shows_how_far_it_is() -> None:
    """As steps of all steps."""
    seen = StringIO()
    with ProgressDisplay(Console(file=seen, force_terminal=True, width=100)).phase("Reviewing", total=3) as advance:
        advance(1)
        advance(2)
    assert "Reviewing" in seen.getvalue()
    assert "3/3" in seen.getvalue()


def test_elsewhere_a_phase_that_is_over_at_once_may_go_without_a_line() -> None:
    """Who writes the output to a file need not read that nothing took long."""
    told, untold = StringIO(), StringIO()
    with ProgressDisplay(Console(file=told)).phase("Reading", total=3) as advance:
        advance(3)
    with ProgressDisplay(Console(file=untold)).phase("Reviewing", total=3, only_if_long=True) as advance:
        advance(3)
    assert told.getvalue().startswith("Reading: 3 in ")
    assert untold.getvalue() == ""


def test_a_terminal_without_the_signs_of_a_spinner_gets_plain_ones() -> None:
    """Under LC_ALL=C: else each turn is an escape, since what cannot be encoded is shown by its number."""
    shown = BytesIO()
    with TextIOWrapper(shown, encoding="ascii", errors="backslashreplace") as terminal:
        console = Console(file=terminal, force_terminal=True, width=100)
        with ProgressDisplay(console).phase("Looking", total=3) as advance:
            advance(3)
        terminal.flush()
        assert b"Looking" in shown.getvalue()
        assert b"\\u" not in shown.getvalue()
