"""The walk along the audit's chain: whatever was done to a page in the database shows."""

from collections.abc import Callable

import pytest
from msgspec import structs

from app.domain.audit.chain import ChainWalk
from app.domain.audit.entry import AuditEntry, AuditKind, line_of
from app.domain.audit.page import AuditPage, Head
from app.domain.time import MICROSECONDS_PER_DAY, Moment

NOW = Moment(1_760_000_000_000_000)
NOTHING = Head()
Stored = tuple[AuditPage, str]


def a_line(number: int) -> str:
    """Return the line of a mutation."""
    return line_of(AuditEntry(at=NOW, kind=AuditKind.MUTATION, principal="key:till", request_id=f"r{number}"))


def a_chain(length: int = 5, *, head: Head = NOTHING) -> list[Stored]:
    """Return pages of two lines each, one per day."""
    pages: list[Stored] = []
    for number in range(length):
        now = Moment(NOW + number * MICROSECONDS_PER_DAY)
        page = AuditPage.after(head, [a_line(2 * number), a_line(2 * number + 1)], writer="p", now=now)
        pages.append((page, page.hash))
        head = Head(page.number, page.hash, page.day, page.written_at)
    return pages


def walked(pages: list[Stored], *, known: Head | None = None) -> ChainWalk:
    """Walk along pages as they are stored."""
    walk = ChainWalk(known=known)
    for page, stored in pages:
        walk.add(page, stored, is_indexed=True)
    walk.end()
    return walk


def changed(pages: list[Stored], *, rehashed: bool = False) -> list[Stored]:
    """Return the chain with another line in its third page, and perhaps with a new hash for it."""
    page = structs.replace(pages[2][0], lines=(a_line(4), a_line(99)))
    return [*pages[:2], (page, page.hash if rehashed else pages[2][1]), *pages[3:]]


def reordered_lines(pages: list[Stored]) -> list[Stored]:
    """Return the chain with the two lines of its third page in the other order."""
    page = structs.replace(pages[2][0], lines=pages[2][0].lines[::-1])
    return [*pages[:2], (page, pages[2][1]), *pages[3:]]


def renumbered(pages: list[Stored]) -> list[Stored]:
    """Return the chain without its third page, and numbers that hide it."""
    later = [structs.replace(page, number=page.number - 1) for page, _ in pages[3:]]
    return [*pages[:2], *((page, page.hash) for page in later)]


def test_a_whole_chain_verifies_over_days_and_names_its_head() -> None:
    """Every page and line is counted; the head is the last page."""
    pages = a_chain()
    walk = walked(pages)
    assert (walk.breaks, walk.pages, walk.entries) == ([], 5, 10)
    assert (walk.head.number, walk.head.hash) == (5, pages[-1][1])
    assert walked([]).breaks == []


@pytest.mark.parametrize(
    ("tamper", "number", "what"),
    [
        (changed, 3, "its content was changed"),
        (lambda pages: changed(pages, rehashed=True), 4, "it does not continue the page before"),
        (reordered_lines, 3, "its content was changed"),
        (lambda pages: [*pages[:2], *pages[3:]], 4, "page 3 is missing"),
        (lambda pages: [*pages[:1], *pages[3:]], 4, "pages 2 to 3 are missing"),
        (lambda pages: [pages[0], pages[2], pages[1], *pages[3:]], 2, "the order was changed"),
        (renumbered, 3, "it does not continue the page before"),
        (lambda pages: pages[1:], 2, "no retention has removed them"),
        (lambda pages: [pages[0], pages[0], *pages[1:]], 1, "the order was changed"),
    ],
)
def test_each_kind_of_break_shows(tamper: Callable[[list[Stored]], list[Stored]], number: int, what: str) -> None:
    """The page at which it shows is named, with the reason."""
    found = walked(tamper(a_chain())).breaks
    assert (number, True) in [(each.number, what in each.what) for each in found], found


def test_a_tail_that_was_cut_shows_only_against_a_head_that_was_kept() -> None:
    """So does a chain that was written anew as a whole."""
    pages = a_chain()
    kept = walked(pages).head
    assert walked(pages[:3]).breaks == []
    assert ["the end is missing" in each.what for each in walked(pages[:3], known=kept).breaks] == [True]
    anew = a_chain(head=Head(hash="", number=0, day="2025-01-01"))
    forged = [(structs.replace(page, writer="q"), stored) for page, stored in anew]
    assert walked(forged, known=kept).breaks
    assert walked(pages, known=kept).breaks == []


def test_a_chain_verifies_from_the_page_after_those_that_retention_removed() -> None:
    """Its entry has the hash of the last page that went; while pages still go, the day explains them."""
    pages = a_chain()
    last = pages[1][0]
    anchor = AuditEntry(at=NOW, kind=AuditKind.RETENTION, through=last.day, head=last.hash)
    head = Head(5, pages[-1][1], pages[-1][0].day, pages[-1][0].written_at)
    page = AuditPage.after(head, [line_of(anchor)], writer="p", now=head.written_at)
    whole = [*pages, (page, page.hash)]
    assert [walked(whole[kept:]).breaks for kept in (0, 1, 2)] == [[], [], []]
    heads = [Head(page.number, stored, page.day, page.written_at) for page, stored in whole]
    found = [[each.what for each in walked(whole[2:], known=known).breaks] for known in heads]
    assert [what[:14] for each in found for what in each] == ["it was removed"], "the first page, and no other"
    other = heads[1]._replace(hash=heads[0].hash)
    assert ["does not continue" in each.what for each in walked(whole[2:], known=other).breaks] == [True]
    assert walked(whole[3:]).breaks != []
