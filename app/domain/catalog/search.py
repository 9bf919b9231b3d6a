"""Search index of items: words that a user types, and facts that must match exactly (ADR 13).

Both are entries of one index. Of each word it holds the beginnings of 3, 5, 8 and 12 characters, so that a word is
found while it is being typed; what was typed beyond is compared with the longer words.

A word may be typed with or without the signs between its parts, and from any of its parts on: of `NOR.0707-60` the
words are `nor070760`, `070760` and `60`. In scripts without blanks between words, each pair of neighbouring characters
is an entry.

Rule: the entry of a fact begins with a capital letter, which no folded word has, so it cannot be typed.
Rule: all processing of a text takes time in proportion to its length, whatever the text.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from app.domain.catalog.gtin import gtin_of, spellings
from app.domain.catalog.scanned_code import code_in
from app.domain.folding import alike, folded
from app.domain.limits import MAX_SEARCH_ENTRIES
from app.domain.writing_systems import is_mark, is_sign, shows_no_blanks, split_by_spacing

BEGINNINGS = (3, 5, 8, 12)  # make the index 1.15 times as large as whole words do; all from 3 to 8, 1.7 times
ARCHIVED, OPEN = "ARCHIVED", "OPEN"

_NOTHING = "NOTHING"  # an entry that no item has
_SHORTEST = BEGINNINGS[0]
_LONGEST_WORD = 64  # as a SKU; what is typed beyond is not compared
_LONGEST_NAME = 400  # as compared: some signs stand for many letters
_MAX_PARTS = 12  # of one word, from which it may be typed on
_MAX_SIGNS_TYPED = 16  # of one run without blanks; a longer one is found by its beginning
_MAX_PAIRS_TYPED = 30  # of one text: a whole sentence is found by its beginning, and is not too many words
_LONG_NUMBER = 8  # digits: it may be written with zeros before it, as numbers of goods are
_SEPARATORS = re.compile(r"[\W_]+")
_NUMBER_WITHIN = re.compile(r"(?<=[^\W\d_])[0-9]")  # 0707 is a part of NOR0707


class Findable(Protocol):
    """What a search finds: an item."""

    @property
    def words(self) -> Collection[str]:
        """Its longer words, folded."""

    @property
    def entries(self) -> Collection[str]:
        """Its entries in the index."""


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """Search terms: all these entries in the index, and a longer word for each of these beginnings.

    With `any_of`, one of those entries, too; of none, nothing matches.
    """

    entries: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    any_of: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return bool(self.entries) or self.any_of is not None

    def match(self, thing: Findable) -> bool:
        """Tell whether an item matches all terms."""
        return (
            set(self.entries).issubset(thing.entries)
            and (self.any_of is None or not set(self.any_of).isdisjoint(thing.entries))
            and all(any(word.startswith(beginning) for word in thing.words) for beginning in self.beginnings)
        )


def search_terms(typed: Iterable[str], facts: Iterable[str] = ()) -> SearchTerms:
    """Return the terms of the items that have a word for each typed word, and all the facts.

    A word is typed as `search_words` returns it. One of less than three characters must be a whole word of the item, or
    the beginning of its SKU; a longer one the beginning of a word.
    """
    words = frozenset(typed)
    return SearchTerms(
        entries=tuple(sorted({*map(_entry, words), *facts})),
        beginnings=tuple(
            sorted(word for word in words if len(word) > _SHORTEST and len(word) not in BEGINNINGS and word != _NOTHING)
        ),
    )


def search_words(text: str) -> tuple[str, ...]:
    """Return the words of a typed text, in its order, each once.

    A text of punctuation alone has no word and finds nothing; a blank one matches everything. Of scanner input the code
    counts.
    """
    words = dict.fromkeys(word for chunk in folded(code_in(text.strip())).split() for word in _typed(chunk))
    beyond = {*[word for word in words if shows_no_blanks(word)][_MAX_PAIRS_TYPED:]}
    return tuple(word for word in words if word not in beyond) or ((_NOTHING,) if text.strip() else ())


class Index(NamedTuple):
    """The index of one item: its longer words, which the index does not have, and its entries; in order."""

    words: tuple[str, ...]
    entries: tuple[str, ...]


@lru_cache(maxsize=1_024)  # an item is written with each new level
def index_of(sku: str, name: str, barcodes: tuple[str, ...]) -> Index:
    """Return the index of an item: of its SKU first, then its barcodes, then the words of its name.

    At most MAX_SEARCH_ENTRIES entries, because each of its levels repeats them; a longer name is found by its
    beginning.
    """
    words, entries = set[str](), _entries_of_sku(sku)
    for word, of_word in _indexed(sku, name, barcodes):
        if len(entries) + len(of_word) > MAX_SEARCH_ENTRIES:
            break
        entries.update(of_word)
        if len(word) > _SHORTEST:
            words.add(word)
    return Index(words=tuple(sorted(words)), entries=tuple(sorted(entries)))


def entry_of_beginning(sku_prefix: str) -> str | None:
    """Return an entry of all items whose SKU begins like this; None if there is none."""
    for run, is_unspaced in split_by_spacing(folded(sku_prefix)):
        if is_unspaced:
            return run[: _SHORTEST - 1]
        if word := "".join(_parts(run)):
            return _entry(word[:_LONGEST_WORD])
    return None


def entries_of_facts(*, category: str | None, tags: Iterable[str], barcodes: Iterable[str]) -> set[str]:
    """Return the entries of facts that must match exactly, apart from case and width."""
    named = set() if category is None else {entry_of_category(category)}
    return named | {f"TAG:{alike(tag)}" for tag in tags} | {f"BARCODE:{gtin_of(barcode)}" for barcode in barcodes}


def entry_of_category(category: str) -> str:
    """Return the entry of the items of a category: texts that differ in case and width alone name the same."""
    return f"CATEGORY:{alike(category)}"


def entry_of_state(*, is_archived: bool) -> str:
    """Return the entry of all archived items, or of all others."""
    return ARCHIVED if is_archived else OPEN


def _typed(chunk: str) -> Iterator[str]:
    for run, is_unspaced in split_by_spacing(chunk):
        if is_unspaced:
            yield from _pairs(run[:_MAX_SIGNS_TYPED]) if len(run) > 1 else (run,)
        elif word := "".join(_parts(run)):
            yield _without_zeros(word[:_LONGEST_WORD])


def _indexed(sku: str, name: str, barcodes: Sequence[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield the words of an item with their entries, the most important first."""
    for word in _words(folded(sku)[:_LONGEST_NAME], has_numbers_within=True):
        yield word, _entries(word)
    for barcode in barcodes:
        for spelling in spellings(barcode):
            word = _without_zeros("".join(_parts(folded(spelling)))[:_LONGEST_WORD])
            yield word, _entries(word, BEGINNINGS[2:] if len(word) >= BEGINNINGS[2] else BEGINNINGS)
    for chunk in dict.fromkeys(folded(name)[:_LONGEST_NAME].split()):
        for word in _words(chunk):
            yield word, _entries(word)


def _words(chunk: str, *, has_numbers_within: bool = False) -> Iterator[str]:
    """Yield the words of a chunk: itself and its rest from each part on, short parts, and pairs of characters."""
    for run, is_unspaced in split_by_spacing(chunk):
        if is_unspaced:
            yield from dict.fromkeys(_pairs(run))
            yield from (sign for sign in dict.fromkeys(run) if len(run) == 1 or is_sign(sign))
            continue
        parts = _parts(run)
        for begin, part in enumerate(parts[:_MAX_PARTS]):
            rest = "".join(parts[begin:])[:_LONGEST_WORD]
            yield from _with_plain_number(rest)
            if has_numbers_within:
                inner = (rest[found.start() :] for found in _NUMBER_WITHIN.finditer(part))
                yield from (word for word in inner if len(word) >= _SHORTEST)
            if len(part) < _SHORTEST:
                yield part


def _with_plain_number(word: str) -> tuple[str, ...]:
    plain = _without_zeros(word)
    return (word,) if plain == word else (word, plain)


def _without_zeros(word: str) -> str:
    """Return a long number without the zeros before it, and anything else as it is."""
    is_long = word.startswith("0") and word[:_LONG_NUMBER].isdecimal() and len(word) >= _LONG_NUMBER
    return (word.lstrip("0") or word) if is_long else word


def _parts(run: str) -> list[str]:
    """Return the parts of a run between signs and blanks; vowel signs are parts of their words."""
    if run.isascii():
        return [part for part in _SEPARATORS.split(run) if part]
    return "".join(sign if sign.isalnum() or is_mark(sign) else " " for sign in run).split()


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _entries(word: str, beginnings: Sequence[int] = BEGINNINGS) -> set[str]:
    if len(word) < _SHORTEST:
        return {word} if word else set()
    return {word[:length] for length in beginnings if len(word) >= length}


def _entries_of_sku(sku: str) -> set[str]:
    """Return further entries of the beginning of a SKU: its first character, and its first two."""
    for run, is_unspaced in split_by_spacing(folded(sku)):
        if first := run if is_unspaced else "".join(_parts(run)):
            return {first[:length] for length in range(1, _SHORTEST)}
    return set()


def _entry(typed: str) -> str:
    if typed == _NOTHING:
        return typed
    return typed[: max((length for length in BEGINNINGS if length <= len(typed)), default=len(typed))]
