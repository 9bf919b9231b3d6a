"""Which signs codes and texts may hold, and what is said of one that they may not."""

# ruff: noqa: RUF001 - the letters that look like others are meant

import pytest

from app.domain.errors import InvalidValue
from app.domain.folding import alike, composed, folded
from app.domain.stock.level import LevelKey
from app.domain.validation import code_errors, key_errors, location_code_errors, sku_errors, text_errors
from tests.support.texts import SPACE, begins_with, ends_with, holds

NEEDED = {
    "NO-BREAK SPACE (U+00A0)": "250\u00a0g",
    "NARROW NO-BREAK SPACE (U+202F)": "250\u202fg",
    "IDEOGRAPHIC SPACE (U+3000)": "緑茶\u3000茶",
    "THIN SPACE (U+2009)": "1\u2009000",
    "ZERO WIDTH NON-JOINER (U+200C)": "می\u200cخواهم",
    "ZERO WIDTH JOINER (U+200D)": "\U0001f469\u200d\U0001f33e",
    "RIGHT-TO-LEFT MARK (U+200F)": "תה!\u200f",
    "LEFT-TO-RIGHT MARK (U+200E)": "תה (A)\u200e 1",
    "ZERO WIDTH SPACE (U+200B)": "កាហ្វេ\u200bត្រជាក់",
    "TAG LATIN SMALL LETTER G (U+E0067)": "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "UNASSIGNED CHARACTER (U+1FAFF)": "new \U0001faff",
}
HARMFUL = {
    "ZERO WIDTH SPACE (U+200B)": "Tea\u200b1",
    "ZERO WIDTH NO-BREAK SPACE (U+FEFF)": "\ufeffTea",
    "SOFT HYPHEN (U+00AD)": "Tea\u00ad1",
    "RIGHT-TO-LEFT OVERRIDE (U+202E)": "Tea\u202e1",
    "LEFT-TO-RIGHT ISOLATE (U+2066)": "Tea\u20661",
    "WORD JOINER (U+2060)": "Tea\u20601",
    "NULL (U+0000)": "Tea\0001",
    "TABULATION (U+0009)": "Tea\t1",
    "LINE FEED (U+000A)": "Tea\n1",
    "ESCAPE (U+001B)": "Tea\x1b[31m",
    "NEXT LINE (U+0085)": "Tea\x851",
    "CONTROL CHARACTER (U+0007)": "Tea\a1",
    "LINE SEPARATOR (U+2028)": "Tea\u20281",
    "LONE SURROGATE (U+D800)": "Tea\ud8001",
    "PRIVATE USE CHARACTER (U+E000)": "Tea\ue0001",
    "TAG LATIN SMALL LETTER A (U+E0061)": "Tea\U000e00611",
    "UNASSIGNED CHARACTER (U+FFFE)": "Tea\ufffe1",
}


def fault_of(text: str, *, is_code: bool) -> str | None:
    """Return the rule that a text of at most 64 characters breaks."""
    check = code_errors if is_code else text_errors
    found = list(check(text, what="It", maximum=64, field=("it",)))
    assert all(isinstance(fault, InvalidValue) for fault in found)
    return found[0].facts["rule"] if found else None


@pytest.mark.complaint("T2")
@pytest.mark.parametrize(("name", "text"), NEEDED.items(), ids=NEEDED)
def test_what_a_script_needs_stands_in_texts_and_not_in_codes(name: str, text: str) -> None:
    """A code that holds it is refused with its name and its place."""
    assert fault_of(text, is_code=False) is None
    place = 1 + next(place for place, sign in enumerate(text) if not sign.isprintable())
    assert fault_of(text, is_code=True) == holds(name, place)


@pytest.mark.complaint("T1")
@pytest.mark.parametrize(("name", "text"), HARMFUL.items(), ids=HARMFUL)
def test_what_hides_or_reorders_other_signs_is_refused_by_name_and_place(name: str, text: str) -> None:
    """In codes and texts alike."""
    place = 1 + next(place for place, sign in enumerate(text) if not sign.isprintable())
    for is_code in (False, True):
        assert fault_of(text, is_code=is_code) == holds(name, place)


def test_blanks_at_the_ends_are_named() -> None:
    """Whatever their width."""
    for is_code in (False, True):
        assert fault_of(" Tea", is_code=is_code) == begins_with(SPACE)
        assert fault_of("Tea\u3000", is_code=is_code) == ends_with("IDEOGRAPHIC SPACE (U+3000)", 4)


@pytest.mark.parametrize("text", ["\u200d", "\u200f\u200e", "\u200c"])
def test_a_text_shows_something(text: str) -> None:
    """Joiners and marks of direction alone are nothing."""
    assert fault_of(text, is_code=False) == "must have a character that is seen"


@pytest.mark.complaint("T10")
@pytest.mark.parametrize("text", ["/ #", "\U0001f375", "a b", "茶", "ก็", "\u2764\ufe0f", "Å", "٣"])
def test_what_is_seen_stands_in_codes_too(text: str) -> None:
    """Signs, emoji, and letters with their marks."""
    assert fault_of(text, is_code=True) is None


def test_a_letter_has_30_marks_at_most() -> None:
    """What it takes to put marks in order grows with their square; so more are never put in order."""
    for marks, sign in (("\u0301" * 31, "ACUTE ACCENT (U+0301)"), ("\u0323\u0301" * 16, "DOT BELOW (U+0323)")):
        rule = f"has more than 30 marks on one letter: COMBINING {sign} as its character 33"
        assert fault_of(f"xa{marks}", is_code=False) == rule
    assert fault_of("x" + "\u0301" * 30, is_code=False) is None
    long = "e" + "\u0301\u0323" * 250_000
    assert composed(long) == long
    assert len(folded(long)) == 1
    assert len(alike(long)) < 40


@pytest.mark.complaint("T3")
def test_texts_are_kept_composed_and_compared_without_what_does_not_count() -> None:
    """Of a text, what is kept looks as it was entered."""
    assert composed("Cafe\u0301 ﬁ ① Å") == "Café ﬁ ① Å"
    assert alike("CAFE\u0301 ﬁ ＡＢ ß") == alike("café FI ab SS") == "café fi ab ss"
    assert alike("cafe") != alike("café")
    assert folded("CAFE\u0301") == folded("cafe") == "cafe"


@pytest.mark.parametrize("sku", ["A", " A", "A ", " ", "", "a b", "a\tb", "茶", "Å", "x" * 64, "x" * 65, "x\u200b"])
@pytest.mark.parametrize("location", ["MAIN", "M N", "", "Å", "x" * 33])
def test_the_key_of_a_level_is_checked_as_its_parts_are(sku: str, location: str) -> None:
    """Whatever way the check takes where both are plain."""
    parts = [*sku_errors(sku, field=("a", "sku")), *location_code_errors(location, field=("a", "location"))]
    assert list(key_errors(LevelKey(sku, location), prefix=("a",))) == parts
