"""The list of migrations, in the order in which they run (ADR 61).

Rule: a number is given once. What no database of a supported release needs any more is removed; nothing is inserted
before what has been released.
"""

from collections.abc import Sequence
from typing import Final

from app.store.migrations.barcodes import BARCODES
from app.store.migrations.changed_documents import CHANGED_DOCUMENTS
from app.store.migrations.migration import Migration
from app.store.migrations.search_fields import SEARCH_FIELDS_OF_ITEMS, SEARCH_FIELDS_OF_LEVELS
from app.store.migrations.supplier_words import SUPPLIER_WORDS
from app.store.migrations.wanting_levels import WANTING_LEVELS

MIGRATIONS: Final[Sequence[Migration]] = (
    WANTING_LEVELS,
    CHANGED_DOCUMENTS,
    SUPPLIER_WORDS,
    BARCODES,
    SEARCH_FIELDS_OF_ITEMS,  # before the levels, which get theirs of the items
    SEARCH_FIELDS_OF_LEVELS,
)
