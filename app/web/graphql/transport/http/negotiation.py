"""Content negotiation, after the GraphQL-over-HTTP specification and the protocol of graphql-sse.

Rule: events for clients that ask for nothing better by name; else `application/graphql-response+json` for clients that
name it, and `application/json` for all others.
"""

from functools import lru_cache

from app.web.accept import weights

RESPONSE_JSON = "application/graphql-response+json"
JSON = "application/json"
EVENT_STREAM = "text/event-stream"

# Media types of a body. A form cannot send them, nor a script without a preflight.
_BODIES = frozenset({JSON, "application/graphql+json"})

# A browser's Accept header has 150 characters; the cache keeps no longer ones, so its size is bounded too.
_MAX_REMEMBERED_CHARACTERS = 300


def response_type(accept: str | None) -> str | None:
    """Return the media type of the response to a query or mutation; None when the client accepts none of ours."""
    if not accept:
        return JSON
    if len(accept) <= _MAX_REMEMBERED_CHARACTERS:
        return _remembered_choice(accept)
    return _choose(accept)


def accepts_events(accept: str | None) -> bool:
    """Tell whether a client takes a stream of events, which is the only response to a subscription."""
    return accept is not None and weights(accept).get(EVENT_STREAM, 0.0) > 0


def is_json_body(content_type: str | None) -> bool:
    """Tell whether a request's body is declared as UTF-8 JSON."""
    if content_type == JSON:  # what nearly every client sends
        return True
    media_type, _, parameters = (content_type or "").partition(";")
    charset = _parameter(parameters, "charset")
    return media_type.strip().lower() in _BODIES and charset in {None, "utf-8", "utf8"}


def _choose(accept: str) -> str | None:
    wanted = weights(accept)
    newer, older = _wanted_quality(RESPONSE_JSON, wanted), _wanted_quality(JSON, wanted)
    events = wanted.get(EVENT_STREAM, 0.0)
    if events > max(wanted.get(RESPONSE_JSON, 0.0), wanted.get(JSON, 0.0)) and events >= max(newer, older):
        return EVENT_STREAM
    if RESPONSE_JSON in wanted and newer >= older and newer > 0:
        return RESPONSE_JSON
    if older > 0:
        return JSON
    return RESPONSE_JSON if newer > 0 else None


_remembered_choice = lru_cache(maxsize=256)(_choose)


def _wanted_quality(media_type: str, wanted: dict[str, float]) -> float:
    for pattern in (media_type, "application/*", "*/*"):
        if pattern in wanted:
            return wanted[pattern]
    return 0.0


def _parameter(parameters: str, name: str) -> str | None:
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == name:
            return value.strip().strip('"').lower()
    return None
