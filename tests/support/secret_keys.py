"""The secret keys of the servers that tests start."""

from pydantic import SecretStr

from app.security.secret_key import new_secret_key

SECRET_KEYS = SecretStr(new_secret_key())
