"""Errors about items, locations and barcodes, and about what is archived."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.errors.base import Conflict, ErrorCode, Field, NotFound


class UnknownItem(NotFound):
    """No item has this SKU."""

    code = ErrorCode.UNKNOWN_ITEM

    def __init__(self, *, sku: str, field: Field = ()) -> None:
        self.sku = sku
        super().__init__(f"No item has the SKU {sku!r}.", field=field, facts={"sku": sku})


class UnknownLocation(NotFound):
    """No location has this code."""

    code = ErrorCode.UNKNOWN_LOCATION

    def __init__(self, *, location: str, field: Field = ()) -> None:
        self.location = location
        super().__init__(f"No location has the code {location!r}.", field=field, facts={"location": location})


class BarcodeTaken(Conflict):
    """Another item already has the barcode."""

    code = ErrorCode.BARCODE_TAKEN

    def __init__(self, *, barcode: str, sku: str, field: Field = ("barcodes",)) -> None:
        self.barcode, self.sku = barcode, sku
        super().__init__(
            f"The barcode {barcode!r} already stands for {sku}.", field=field, facts={"barcode": barcode, "sku": sku}
        )


class Archived(Conflict):
    """The item, location or supplier is archived: nothing new begins with it until it is restored."""

    code = ErrorCode.ARCHIVED

    def __init__(self, *, kind: str, name: str, field: Field = ()) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"The {kind} {name!r} is archived.", field=field, facts={"kind": kind, "name": name})


class StillOpen(Conflict):
    """What is to be archived still has units, reservations or open work.

    `open` are plain values: see OpenWork.plain.
    """

    code = ErrorCode.STILL_OPEN

    def __init__(
        self, *, kind: str, name: str, open: Sequence[Mapping[str, Any]], said: str, field: Field = ()
    ) -> None:
        self.kind, self.name, self.open, self.said = kind, name, tuple(open), said
        super().__init__(
            f"The {kind} {name!r} still has {said}. Finish that first, or archive with windDown: true: then nothing "
            "new begins, and what is open may be finished.",
            field=field,
            facts={"kind": kind, "name": name, "open": [dict(each) for each in open], "said": said},
        )


class NothingToChange(Conflict):
    """The level or item is already as requested, and the request was to change it only if it is different."""

    code = ErrorCode.NOTHING_TO_CHANGE

    def __init__(self, *, sku: str, location: str | None = None, field: Field = ()) -> None:
        self.sku, self.location = sku, location
        what = sku if location is None else f"{sku} at {location}"
        super().__init__(f"{what} is like that already.", field=field, facts={"sku": sku, "location": location})
