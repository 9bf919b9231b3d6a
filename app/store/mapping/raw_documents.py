"""Documents that may be large, read as bytes and decoded one by one.

The driver decodes a whole reply at once, of which each may have 16 MB: half a second in which nothing else is done.
"""

from typing import Any

from bson import decode
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from app.store.client import BsonDocument, Collection

_OPTIONS = CodecOptions[dict[str, Any]](tz_aware=True)  # as the client's own


def undecoded(collection: Collection) -> Collection:
    """Return the collection with its documents as the bytes that came: see `decoded`."""
    options: Any = collection.codec_options.with_options(document_class=RawBSONDocument)
    return collection.with_options(codec_options=options)


def decoded(stored: BsonDocument) -> BsonDocument:
    """Return a document of such a collection; one of another as it is."""
    return decode(stored.raw, _OPTIONS) if isinstance(stored, RawBSONDocument) else stored
