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
            f"{PREFIX}{str(each['loc'][0]).upper()}: {_within_a_sentence(each['msg'].removeprefix('Value error, '))}"
            for each in error.errors()
        )
        raise click.UsageError("; ".join(wrong)) from error


def _within_a_sentence(message: str) -> str:
    """Begin with a small letter, where the first word is no name such as `STOCKPULSE_PORT` or `URL`."""
    return message if message[:2].isupper() else message[:1].lower() + message[1:]
