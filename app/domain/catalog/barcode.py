"""Barcodes: each identifies one item, an item may have several.

Rule: a barcode is a document of its own, so that two items that claim it at once exclude each other. All spellings of
one number are one barcode.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.catalog.gtin import gtin_of
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.folding import composed


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcode(Document):
    """A barcode, whose id is its number: see gtin_of. `sku` is None after its item has given it up."""

    kind: ClassVar[DocumentKind] = DocumentKind.BARCODE
    is_published: ClassVar[bool] = False

    sku: str | None

    def is_within(self, visibility: Visibility) -> bool:
        return True

    @property
    def about_item(self) -> str | None:
        return self.sku


def barcode_key(code: str) -> DocumentKey:
    """Return the key of a barcode, the same for every spelling of its number."""
    return DocumentKey(DocumentKind.BARCODE, gtin_of(composed(code)))
