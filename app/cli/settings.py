"""The settings of a command: options that were given, else variables, else defaults."""

from typing import Any

import click
from pydantic import ValidationError

from app.config import PREFIX, SecretFileError, Settings


def settings_of(**options: Any) -> Settings:  # noqa: ANN401 - the settings check them
    """Return the settings. Raises click.UsageError with a sentence for each that is wrong."""
    try:
        return Settings(**{name: value for name, value in options.items() if value not in (None, ())})
    except SecretFileError as error:
        raise click.UsageError(str(error)) from error
    except ValidationError as error:
        wrong = (
            f"{PREFIX}{str(each['loc'][0]).upper()}: {each['msg'].removeprefix('Value error, ').lower()}"
            for each in error.errors()
        )
        raise click.UsageError("; ".join(wrong)) from error
