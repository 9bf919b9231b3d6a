"""Global ids: encoding, decoding, and the former names of types in old ids."""

import strawberry
from strawberry import relay
from strawberry.relay import GlobalIDValueError

# A renamed type keeps its ids: clients and their documents may hold one for years.
_FORMER_TYPES = {"Count": "StockCount"}


def type_name_of(identity: relay.GlobalID) -> str:
    """Return the present name of the type of a global id."""
    return _FORMER_TYPES.get(identity.type_name, identity.type_name)


def document_id(type_name: str, id: str) -> str:
    """Return the id behind a global id of this type; any other text as it stands, for the command to refuse."""
    try:
        identity = relay.GlobalID.from_id(id)
    except GlobalIDValueError:
        return id
    return identity.node_id if type_name_of(identity) == type_name else id


def global_id(type_name: str, identity: str) -> strawberry.ID:
    """Return the global id of an object that is referred to and not loaded."""
    return strawberry.ID(str(relay.GlobalID(type_name, identity)))
