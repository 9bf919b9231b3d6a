"""All use cases in one place, for whoever serves them."""

from dataclasses import dataclass

from app.services.catalog import Catalog
from app.services.document_reader import DocumentReader
from app.services.live import Live
from app.services.stock import Stock


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the application can do."""

    stock: Stock
    catalog: Catalog
    live: Live
    documents: DocumentReader
