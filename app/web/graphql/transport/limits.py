"""Every limit of the GraphQL transport, in one place.

Rule: whatever a client can make larger has a maximum here, generous for honest use and with its reason beside it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one request, one document, one connection and one process."""

    max_body_bytes: int = 1_048_576  # a bulk change of 1,000 lines is about 200 KB

    # The shape of a document, checked before validation: some validation rules are quadratic in these.
    max_document_characters: int = 100_000  # lexing is linear in them; a large page has 10,000
    max_tokens: int = 2_000  # introspection has 165, a large page 500; each costs 15 to 40 µs to parse and validate
    max_depth: int = 20  # a connection takes three levels per hop; introspection takes 15
    max_fields: int = 2_000  # after fragments are expanded, so that fragments of fragments cannot multiply without end
    max_aliases: int = 200  # a dashboard page asks one field for some dozens of items
    max_root_fields: int = 50  # each is a use case of its own
    max_repeats: int = 150  # of a name in one selection, fragments merged: validation compares each with each
    max_directives: int = 200  # @include or @skip on every field of a large page

    # The size of one value, where the schema declares no limit: see bounds.py.
    max_text_characters: int = 2_000
    max_list_entries: int = 1_000
    max_page_entries: int = 1_000  # more are refused by the list itself

    # The cost of executing one operation, in plain fields of one object: see cost.py.
    max_cost: int = 100_000

    # Parsed documents that are kept. An application has some hundreds; a client that interpolates values has
    # an unlimited number. A parsed document takes about 100 bytes of memory per character: 50 MB in all.
    max_cached_documents: int = 2_000
    max_cached_characters: int = 500_000

    max_connections: int = 10_000  # per process, websockets and event streams
    max_connections_per_address: int = 1_000  # the tills and screens of a shop share an address
    connects_per_second: float = 50.0  # of one address
    connects_at_once: float = 500.0  # all tills of a shop, when its line is back
    messages_per_second: float = 500.0  # of one connection: reading one takes 10 µs; what they ask for has its budget
    messages_at_once: float = 2_000.0  # a client that comes back starts its 100 operations again, and what waited
    max_operations_per_connection: int = 100
    max_id_characters: int = 256  # clients use UUIDs or counters
    init_timeout_seconds: float = 10.0  # a browser sends connection_init right after the handshake
    close_timeout_seconds: float = 1.0  # for the close frame to a client that may not read
    cleanup_timeout_seconds: float = 5.0  # how long a closed connection waits for its operations to clean up
    event_stream_opens_milliseconds: float = 200.0  # a stream without an event opens then; errors are found before
    event_stream_rests_seconds: float = 12.0  # proxies end a response that has been silent for 30 or 60 s
