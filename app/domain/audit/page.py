"""Audit page: the entries that a process had at a moment, hashed together with the hash of the page before (ADR 43).

Rule: the number of a page is the one before plus one, over all processes and days, so that there is one chain and a
missing page leaves a hole in the numbers. Days only ever grow.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from typing import Final, NamedTuple
from zlib import crc32

from msgspec import MsgspecError, Struct

from app.domain.audit.entry import AuditEntry, entry_of
from app.domain.day import date_of, day_of
from app.domain.time import NEVER, Moment

GENESIS: Final = ""  # what the first page of all has for the hash of the page before
MAX_LINES: Final = 500  # of a page
MAX_BYTES: Final = 128 * 1024  # of a page, unless it has a single line
MAX_SPAN_MICROS: Final = 60_000_000  # from the first entry of a page to its last: how far a list has to look


class Head(NamedTuple):
    """What the next page has to know of the one before."""

    number: int = 0
    hash: str = GENESIS
    day: str = ""
    written_at: Moment = NEVER


class AuditPage(Struct, frozen=True, kw_only=True):
    """A page. `writer` names the process that wrote it; `lines` are entries as JSON, the oldest first."""

    number: int
    day: str
    written_at: Moment
    writer: str
    previous: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """What is hashed. Lines of JSON have no line breaks, so that no two pages have the same text."""
        return "\n".join((str(self.number), self.day, str(self.written_at), self.writer, self.previous, *self.lines))

    @property
    def hash(self) -> str:
        """SHA-256 of the text, in hexadecimal digits."""
        return sha256(self.text.encode()).hexdigest()

    @classmethod
    def of_text(cls, text: str) -> "AuditPage":
        """Return the page that has this text. Raises ValueError."""
        number, *rest = text.split("\n")
        if len(rest) < 4 or not number.isdecimal() or not rest[1].isdecimal():  # noqa: PLR2004 - what stands before lines
            raise ValueError("The text is no page.")
        day, written_at, writer, previous, *lines = rest
        return cls(
            number=int(number),
            day=day,
            written_at=Moment(int(written_at)),
            writer=writer,
            previous=previous,
            lines=tuple(lines),
        )

    @classmethod
    def after(cls, head: Head, lines: Sequence[str], *, writer: str, now: Moment) -> "AuditPage":
        """Return the page that follows: neither its day nor its time is before the last page's."""
        return cls(
            number=head.number + 1,
            day=max(day_name(now), head.day),
            written_at=max(now, head.written_at),
            writer=writer,
            previous=head.hash,
            lines=tuple(lines),
        )


def day_name(now: Moment) -> str:
    """Return the UTC day of a moment, such as 2026-11-29. Names of days sort as the days do."""
    return date_of(day_of(now)).isoformat()


def terms_of(entries: Iterable[AuditEntry]) -> set[str]:
    """Return by what the page of these entries is found."""
    alike = {
        (each.kind, each.principal, each.acting_user, each.address, each.operation, each.fields, each.codes): each
        for each in entries
    }
    terms = {request_term(each.request_id) for each in entries if each.request_id is not None}
    for each in alike.values():
        terms.update(term("operation", field) for field in each.fields)
        terms.update(term("code", code) for code in each.codes)
        for name, value in (
            ("kind", each.kind),
            ("principal", each.principal),
            ("actingUser", each.acting_user),
            ("address", each.address),
            ("operation", each.operation),
        ):
            if value is not None:
                terms.add(term(name, value))
    return terms


def is_indexed(lines: Iterable[str], *, first_at: Moment | None, terms: Collection[str]) -> bool:
    """Tell whether a page of these lines is found by each of them: by its time, and by all that it is about."""
    entries = []
    for line in lines:
        with suppress(MsgspecError):  # it was changed, which its hash shows
            entries.append(entry_of(line))
    return first_at == min((each.at for each in entries), default=first_at) and terms_of(entries).issubset(terms)


def term(name: str, value: str) -> str:
    """Return the term of a value."""
    return f"{name}:{value}"


def request_term(request_id: str) -> str:
    """Return the term of a request id: short, as each entry has its own. Another id may have the same one."""
    return f"request:{crc32(request_id.encode()):08x}"
