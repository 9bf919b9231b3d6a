"""Global ids as mutations take them."""

import strawberry
from strawberry import relay
from strawberry.relay import GlobalIDValueError


def document_id(type_name: str, id: str) -> str:
    """Return the id behind a global id of this type; any other text as it stands, for the command to refuse."""
    try:
        identity = relay.GlobalID.from_id(id)
    except GlobalIDValueError:
        return id
    return identity.node_id if identity.type_name == type_name else id


def global_id(type_name: str, identity: str) -> strawberry.ID:
    """Return the global id of an object that is referred to and not loaded."""
    return strawberry.ID(str(relay.GlobalID(type_name, identity)))
