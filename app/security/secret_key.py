"""Secret keys as text: 32 random bytes in Base64, of which all other keys of an installation are derived.

Rule: a message never shows a key, not even a wrong one.
"""

import base64
import binascii
import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

SECRET_KEY_BYTES = 32
SECRET_KEY_FILE = "secret-key"  # noqa: S105 - a name, below the data directory
_URL_SAFE = str.maketrans("-_", "+/")  # to the other alphabet, in which `openssl rand -base64 32` makes keys
MAX_SECRET_KEYS = 10  # each costs a try where something was made with an old one


class SecretKeyError(ValueError):
    """A secret key cannot be used; the message is one sentence for the operator."""


def new_secret_key() -> str:
    """Return a new key."""
    return base64.urlsafe_b64encode(secrets.token_bytes(SECRET_KEY_BYTES)).decode().rstrip("=")


def secret_keys_of(text: str) -> tuple[bytes, ...]:
    """Return the keys of a text in which blanks or commas separate them, the current one first.

    Raise SecretKeyError, which says which of them is wrong.
    """
    words = text.replace(",", " ").split()
    if not 1 <= len(words) <= MAX_SECRET_KEYS:
        raise SecretKeyError(f"needs 1 to {MAX_SECRET_KEYS} keys, as `stockpulse secret-key` makes them")
    keys = tuple(_key_of(word, number) for number, word in enumerate(words, start=1))
    if len(set(keys)) < len(keys):
        raise SecretKeyError("names a key twice")
    return keys


def kept_secret_key(data_dir: Path) -> str:
    """Return the key of a data directory, which is made once, also where several processes ask for it at once.

    Raise SecretKeyError if the directory cannot be written or the file holds no key.
    """
    directory = data_dir.expanduser().absolute()
    path = directory / SECRET_KEY_FILE
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds other text"
        raise SecretKeyError(
            f"The secret key in {path} cannot be used ({reason}); set STOCKPULSE_SECRET_KEYS instead."
        ) from error
    try:
        secret_keys_of(text)
    except SecretKeyError as error:
        raise SecretKeyError(f"The file {path} {error}; restore it, or set STOCKPULSE_SECRET_KEYS instead.") from None
    return text


def _make(path: Path) -> None:
    """Write a file that only its owner reads. It appears whole, and the first of several processes makes it."""
    with NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=f".{path.name}-") as file:  # mode 0600
        file.write(f"{new_secret_key()}\n")
        file.flush()
        os.fsync(file.fileno())
        try:
            os.link(file.name, path)
        except FileExistsError:
            return
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _key_of(word: str, number: int) -> bytes:
    try:
        key = base64.b64decode(word.translate(_URL_SAFE).rstrip("=") + "=", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SECRET_KEY_BYTES:
        raise SecretKeyError(f"holds no key as number {number}: make one by `stockpulse secret-key`")
    return key
