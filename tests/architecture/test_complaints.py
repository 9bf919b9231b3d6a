"""Each complaint that people file about inventory systems is tried on ours by a test that names it.

Rule: a case is guarded by a test with the mark `complaint`, or stands among those that are not built yet; never both.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parents[1]
DOCUMENT = TESTS.parent / "docs" / "develop" / "complaints.md"

# The area of a case and how many it has: the numbers are those of docs/develop/complaints.md.
CASES = frozenset(
    f"{area}{number}"
    for area, count, unused in (
        ("R", 11, {5}),  # orders and reservations
        ("L", 6, {2}),  # several locations
        ("B", 4, set()),  # backorders
        ("O", 7, set()),  # automatic orders
        ("P", 9, set()),  # purchasing and transfers
        ("F", 6, set()),  # the record and what has happened
        ("X", 12, set()),  # files
        ("T", 10, set()),  # text, search, barcodes
        ("V", 6, set()),  # live, paging, keys, webhooks, time
        ("M", 4, set()),  # scale of units, users
    )
    for number in range(1, count + 1)
    if number not in unused
)

# Features to come.
NOT_BUILT = frozenset({"M1", "M2", "M3"})


def guarded() -> Iterator[tuple[str, str]]:
    """Yield each case that a test names, and the test's file."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if "complaint" not in (text := path.read_text(encoding="utf-8")):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.complaint":
                yield from ((ast.literal_eval(case), path.name) for case in node.args)


def told() -> dict[str, str]:
    """Return what docs/develop/complaints.md says of each case that we do."""
    rows = (row.strip("|").split(" | ") for row in DOCUMENT.read_text(encoding="utf-8").splitlines() if row[:1] == "|")
    return {cells[0].strip(): cells[-1].strip() for cells in rows if cells[0].strip() in CASES}


def test_each_case_is_told_once() -> None:
    """With what we do in the same place; and of none is said that it is not built, unless that is so."""
    first_cells = re.findall(r"^\| ([A-Z]\d+) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    assert Counter(first_cells) == Counter(CASES)
    assert {case for case, words in told().items() if words.startswith("Not built")} == NOT_BUILT


def test_a_case_that_a_test_names_exists() -> None:
    """A slip of the keyboard guards nothing."""
    assert {case for case, _ in guarded()} <= CASES


def test_what_is_not_built_is_not_guarded() -> None:
    """A feature that was built is taken off the list."""
    assert not NOT_BUILT & {case for case, _ in guarded()}
