"""The public keys of an identity provider (RFC 7517), each with the one algorithm that it verifies.

Rule: the algorithm follows from the key, never from a token: a public key is no secret of HS256, and "none" is none.
"""

from collections.abc import Mapping
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

MAX_KEYS: Final = 100  # providers have two or three
MIN_RSA_BITS: Final = 2_048  # RFC 7518, 3.3
_ALGORITHMS: Final = {"RSA": "RS256", "EC P-256": "ES256", "OKP Ed25519": "EdDSA"}  # by kind and curve


def read_key_set(document: object) -> Mapping[str | None, PyJWK]:
    """Return the keys that verify signatures, by their ids; what is of no use here is left out.

    A key without an id, and the only key of a set, is also found by None: for tokens that name none.
    """
    listed = document.get("keys") if isinstance(document, dict) else None
    read = [_read(each) for each in listed[:MAX_KEYS]] if isinstance(listed, list) else []
    keys = [key for key in read if key is not None]
    found: dict[str | None, PyJWK] = {key.key_id: key for key in keys}
    if len(keys) == 1:
        found[None] = keys[0]
    return found


def _read(data: object) -> PyJWK | None:
    if not isinstance(data, dict):
        return None
    kind, curve = str(data.get("kty")), str(data.get("crv"))
    algorithm = _ALGORITHMS.get(kind if kind == "RSA" else f"{kind} {curve}")
    if algorithm is None or data.get("alg", algorithm) != algorithm or not _verifies(data):
        return None
    try:
        key = PyJWK({name: value for name, value in data.items() if name in _PUBLIC}, algorithm)
    except (PyJWTError, ValueError, TypeError):
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < MIN_RSA_BITS:
        return None
    return key


_PUBLIC: Final = frozenset({"kty", "kid", "n", "e", "crv", "x", "y"})


def _verifies(data: Mapping[str, Any]) -> bool:
    return data.get("use", "sig") == "sig" and "verify" in str(data.get("key_ops", "verify"))
