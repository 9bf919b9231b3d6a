"""How an item is found: by words that somebody types, and by facts that must be exactly so.

Both are entries of one index. Of each word it holds the beginnings of 3, 5, 8 and 12 characters, so that a word is
found while it is being typed; what was typed besides is compared with the whole words.

Rule: the entry of a fact begins with a capital, which no casefolded word holds. So nobody can type one.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

BEGINNINGS = (3, 5, 8, 12)  # make the index 1.15 times as large as whole words do; all from 3 to 8, 1.7 times
ARCHIVED, OPEN = "ARCHIVED", "OPEN"

_SHORTEST = BEGINNINGS[0]
_WORD = re.compile(r"\w+")


class Findable(Protocol):
    """What may be found: an item."""

    @property
    def words(self) -> Collection[str]:
        """Its whole words, casefolded."""

    @property
    def entries(self) -> Collection[str]:
        """What the index holds of it."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What an item must have: all these entries in the index, and a whole word for each of these beginnings."""

    entries: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.entries)

    def finds(self, thing: Findable) -> bool:
        """Tell whether the thing has all that."""
        return set(self.entries).issubset(thing.entries) and all(
            any(word.startswith(beginning) for word in thing.words) for beginning in self.beginnings
        )


def sought(typed: Iterable[str], facts: Iterable[str] = ()) -> Sought:
    """Return what finds the items that have a word for each word typed, and all the facts.

    A word is typed as `search_words` returns it. One of less than three characters must be a whole word of the item, or
    the beginning of its SKU; a longer one the beginning of a word.
    """
    words = frozenset(typed)
    return Sought(
        entries=tuple(sorted({*map(_entry, words), *facts})),
        beginnings=tuple(sorted(word for word in words if len(word) > _SHORTEST and len(word) not in BEGINNINGS)),
    )


def search_words(text: str) -> tuple[str, ...]:
    """Return the casefolded words of a text as they stand between blanks, without punctuation around them.

    In its order, each once.
    """
    words = map(_without_punctuation_around, text.casefold().split())
    return tuple(dict.fromkeys(word for word in words if word))


def whole_words(text: str) -> tuple[str, ...]:
    """Return the casefolded words of a text, those with punctuation in them also in parts."""
    return tuple(sorted({*search_words(text), *_WORD.findall(text.casefold())}))


def entries_of_words(words: Iterable[str]) -> set[str]:
    """Return what the index holds of whole words: their beginnings, and those that are shorter."""
    return {word[:length] for word in words for length in BEGINNINGS if len(word) >= length} | {
        word for word in words if len(word) < _SHORTEST
    }


def entries_of_sku(sku: str) -> set[str]:
    """Return what the index holds of the beginning of a SKU besides: its first character, and its first two."""
    first = next(iter(search_words(sku)), "")
    return {first[:length] for length in range(1, _SHORTEST)} - {""}


def entry_of_beginning(sku_prefix: str) -> str | None:
    """Return an entry that each item has whose SKU begins like this; None if there is none."""
    return next(map(_entry, search_words(sku_prefix)), None)


def entries_of_facts(*, category: str | None, tags: Iterable[str], barcodes: Iterable[str]) -> set[str]:
    """Return the entries of facts that must be exactly so."""
    named = set() if category is None else {f"CATEGORY:{category}"}
    return named | {f"TAG:{tag}" for tag in tags} | {f"BARCODE:{barcode}" for barcode in barcodes}


def entry_of_state(*, is_archived: bool) -> str:
    """Return the entry of all archived items, or of all others."""
    return ARCHIVED if is_archived else OPEN


def _without_punctuation_around(word: str) -> str:
    """Strip what is no letter, digit or underscore; in steps that grow with the length alone."""
    found = [part.span() for part in _WORD.finditer(word)]
    return word[found[0][0] : found[-1][1]] if found else ""


def _entry(typed: str) -> str:
    return typed[: max((length for length in BEGINNINGS if length <= len(typed)), default=len(typed))]
