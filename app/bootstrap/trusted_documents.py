"""Connects the trusted documents of one process."""

from app.bootstrap.foundation import Foundation
from app.services.access.administration.administration import Administration
from app.services.access.administration.trusted_documents import Inspect, TrustedDocuments
from app.store.access.reader import MongoAccess
from app.store.access.writer import MongoAccessWriter


def trusted_documents_over(base: Foundation, *, inspect: Inspect) -> TrustedDocuments:
    """Return the documents of the database, which hear of changes by other processes."""
    writer = MongoAccessWriter(base.client, base.database)
    documents = TrustedDocuments(
        administration=Administration(writer=writer, changes=base.access_channel, clock=base.clock),
        documents=MongoAccess(base.database),
        inspect=inspect,
    )
    base.access_channel.listen(documents.changed)
    return documents
