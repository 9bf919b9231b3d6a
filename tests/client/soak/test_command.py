"""The command line of a soak."""

import pytest
from click.testing import CliRunner

from app.cli.main import main


@pytest.mark.parametrize("option", ["--hours", "--minutes"])
def test_a_soak_of_no_time_is_refused(option: str) -> None:
    """It is not one of an hour, which is what no option at all means. With --url and --cluster nothing starts."""
    done = CliRunner().invoke(main, ["soak", option, "0", "--cluster", "--url", "http://127.0.0.1:1"])
    assert done.exit_code == 2
    assert f"Invalid value for '{option}': 0" in done.output
