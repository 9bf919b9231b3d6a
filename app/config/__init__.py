"""What an operator can set: the settings, their types, and where they are read from."""

from app.config.as_variables import environment_of, explained, secret_file_variables
from app.config.secret_files import SecretFileError
from app.config.settings import Settings
from app.config.shown import without_secrets
from app.config.variables import FILE_SUFFIX, PREFIX

__all__ = [
    "FILE_SUFFIX",
    "PREFIX",
    "SecretFileError",
    "Settings",
    "environment_of",
    "explained",
    "secret_file_variables",
    "without_secrets",
]
