"""Secrets that are read from files, as containers are given them."""

import os
from pathlib import Path
from typing import Any, get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from app.config.variables import FILE_SUFFIX, variable_of


class SecretFileError(ValueError):
    """A secret cannot be read from its file, or is set twice; the message is one sentence for the operator."""


class SecretFiles(PydanticBaseSettingsSource):
    """Reads a secret from the file that STOCKPULSE_…_FILE names, as containers are given secrets."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the secret of a field, or None. Raise SecretFileError."""
        variable = variable_of(field_name)
        path = os.environ.get(f"{variable}{FILE_SUFFIX}") if is_secret(field.annotation) else None
        if not path:
            return None, field_name, False
        if os.environ.get(variable):
            raise SecretFileError(f"{variable} and {variable}{FILE_SUFFIX} are both set: remove one of them")
        try:
            secret = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SecretFileError(f"{variable}{FILE_SUFFIX}: {path} cannot be read ({reason})") from error
        if not secret:  # without it the start would take databases or keys of its own
            raise SecretFileError(f"{variable}{FILE_SUFFIX}: {path} is empty")
        return secret, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the secrets that files hold."""
        found = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in found.items() if value}


def is_secret(annotation: object) -> bool:
    """Tell whether a setting of this type is a secret."""
    return annotation is SecretStr or any(map(is_secret, get_args(annotation)))
