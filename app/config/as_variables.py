"""Settings as the variables that they are read from: for other processes, and for who looks at them."""

from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr

from app.config.secret_files import is_secret
from app.config.settings import Settings
from app.config.shown import without_secrets
from app.config.variables import FILE_SUFFIX, variable_of


def environment_of(settings: Settings) -> dict[str, str]:
    """Return the variables from which another process reads the same settings, secrets included."""
    return {variable_of(name): _plain(value) for name, value in settings if value not in (None, ())}


def explained(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield each variable with its value, secrets hidden, and its description."""
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = without_secrets(_plain(value)) if isinstance(value, SecretStr) else _plain(value)
        yield variable_of(name), shown, field.description or ""


def secret_file_variables() -> tuple[str, ...]:
    """Return the variables that may name the file of a secret."""
    fields = Settings.model_fields.items()
    return tuple(f"{variable_of(name)}{FILE_SUFFIX}" for name, field in fields if is_secret(field.annotation))


def _plain(value: Any) -> str:  # noqa: ANN401 - a setting may be of any type that reads back from text
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(value)
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
