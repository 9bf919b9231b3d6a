"""Every text that clients send is read in Unicode's normal form C, so that one text has one form from here on.

Names, SKUs, keys, filters and whatever else is a String pass through here, from variables and from literals alike.
GraphQL's String is one object for the whole process, and graphql-core allows no other of its name; so the methods
of that object are replaced.

Rule: what is sent decomposed, as by some keyboards and file systems, is the same input as the composed form, under the
same idempotency key too.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLString

from app.domain.folding import composed

_read_value, _read_literal = GraphQLString.coerce_input_value, GraphQLString.coerce_input_literal


_kept: dict[str, str] = {}  # of this process: names from before texts were read composed, by what stands for them


def _value(given: Any) -> str:
    return _read(_read_value(given))


def _literal(node: Any, *_: Any) -> str:
    assert _read_literal is not None
    return _read(_read_literal(node))


def _read(text: str) -> str:
    read = composed(text)
    return _kept.get(text, _kept.get(read, read)) if _kept else read


def read_texts_composed() -> None:
    """Let GraphQL read texts in normal form C in this process. Idempotent."""
    string: Any = GraphQLString
    string.coerce_input_value = string.parse_value = _value
    string.coerce_input_literal = string.parse_literal = _literal


def keep_texts(texts: Mapping[str, str]) -> None:
    """Read each of these texts as what stands for it: the names that were given before texts were read composed."""
    _kept.clear()
    _kept.update(texts)
