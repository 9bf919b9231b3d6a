"""The secrets of webhooks as the database keeps them: encrypted.

Rule: a secret of an earlier version, which is not encrypted, is read as it is until it is.
"""

import logging

from app.security.master_keys import MasterKeys, UndecipherableError, is_sealed
from app.services.webhooks.ports import UnreadableSecret

logger = logging.getLogger(__name__)


class SealedSecrets:
    """Encrypts with the present key, and reads what any of the keys has encrypted."""

    def __init__(self, keys: MasterKeys) -> None:
        self._keys = keys

    def seal(self, secret: str) -> str:
        """Return a secret in the form in which it is kept."""
        return self._keys.encrypt(secret)

    @property
    def key_id(self) -> str:
        """Name the present key without telling it."""
        return self._keys.ids[0]

    def resealed(self, sealed: str) -> str:
        """Return a secret sealed with the present key, itself if it is. Raises UnreadableSecret."""
        if self._keys.is_current(sealed):
            return sealed
        try:
            return self._keys.encrypt(self._keys.decrypt(sealed) if is_sealed(sealed) else sealed)
        except UndecipherableError as error:
            raise UnreadableSecret(str(error)) from error

    def opened(self, sealed: str) -> str | None:
        """Return a secret that is kept; None, and a line in the log, if the key that sealed it is not there."""
        if not is_sealed(sealed):
            return sealed
        try:
            return self._keys.decrypt(sealed)
        except UndecipherableError as error:
            logger.error("The secret of a webhook cannot be read. %s", error)
            return None
