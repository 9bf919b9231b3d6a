"""Raw documents: those that may be large are read as bytes and decoded one by one.

The driver decodes a whole reply at once, of up to 16 MB: half a second in which the event loop stands still.
"""

from typing import Any

from bson import decode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from app.store.driver.client import BsonDocument, Collection

_OPTIONS = CodecOptions[dict[str, Any]](tz_aware=True)  # the client's own


def undecoded(collection: Collection) -> Collection:
    """Return the collection with its documents as raw bytes, for `decoded`."""
    options: Any = collection.codec_options.with_options(document_class=RawBSONDocument)
    return collection.with_options(codec_options=options)


def decoded(stored: BsonDocument) -> BsonDocument:
    """Return a document of such a collection; one of another unchanged."""
    return decode(stored.raw, _OPTIONS) if isinstance(stored, RawBSONDocument) else stored
