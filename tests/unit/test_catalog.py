"""The words by which an item is found."""

import pytest

from app.domain.catalog import Item, search_words
from app.domain.time import Moment


def words(sku: str, name: str) -> set[str]:
    """Return the words of an item."""
    item = Item(sku=sku, name=name, created_at=Moment(1), updated_at=Moment(1))
    assert list(item.words) == sorted(set(item.words))
    return set(item.words)


def test_an_item_is_found_by_its_sku_its_beginnings_and_its_name() -> None:
    """All casefolded: the whole SKU, what is typed of it so far, its parts, and the words of the name."""
    assert words("AB-1", "Große Löffel, Löffel 5-tlg.") == {
        *("a", "ab", "ab-", "ab-1", "1"),
        *("grosse", "löffel", "5-tlg", "5", "tlg"),
    }


def test_beginnings_end_at_twelve_characters_and_the_whole_sku_is_a_word() -> None:
    """A search for more than that wants the whole SKU."""
    sku = "ABCDEFGHIJKLMNOP"
    assert words(sku, "x") == {sku[:length].casefold() for length in range(1, 13)} | {sku.casefold(), "x"}


@pytest.mark.parametrize("sku", ["TSHIRT-RED-M", "A B", "x_y.z", "茶-1", "4006381333931"])
def test_typing_a_whole_sku_finds_its_item(sku: str) -> None:
    """Whatever the SKU holds, the words that a search makes of it are words of the item."""
    assert set(search_words(sku)) <= words(sku, "Name")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("  ,;- ", ()),
        ("Tea tea TEA", ("tea",)),
        ("Earl-Grey (100 g)", ("earl-grey", "100", "g")),
        ("straße STRASSE", ("strasse",)),
    ],
)
def test_a_search_is_its_words(text: str, expected: tuple[str, ...]) -> None:
    """In order, each once, casefolded, without the punctuation around them."""
    assert search_words(text) == expected
