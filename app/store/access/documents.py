"""Keys, users and roles as documents: each under its name, which is therefore unique for ever.

Rule: what serves an index or a condition is stored beside the record, below `is_…`, and never read back.
"""

from typing import Any, TypeVar

import msgspec
from pymongo import ASCENDING, IndexModel

from app.domain.access.api_key import ApiKey
from app.domain.access.role import Role
from app.domain.access.scope import Scope
from app.domain.access.trusted_document import TrustedDocument
from app.domain.access.user import User
from app.services.access.filters import ApiKeyFilter, RoleFilter, TrustedDocumentFilter, UserFilter
from app.services.access.ports import AccessOperation
from app.store.driver.client import BsonDocument

_NAMED = {"bsonType": "object", "required": ["_id", "version", "created_at"]}
KEY_RULES: BsonDocument = {"$jsonSchema": {**_NAMED, "required": ["prefix", "secrets", "grant", "version"]}}
USER_RULES: BsonDocument = {"$jsonSchema": {**_NAMED, "required": ["display_name", "grant", "version"]}}
ROLE_RULES: BsonDocument = {"$jsonSchema": {**_NAMED, "required": ["scopes", "version"]}}
OPERATION_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["fingerprint", "subject", "at"]}}
DOCUMENT_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["text", "registered_by"]}}
TURN_RULES: BsonDocument = {"$jsonSchema": {"bsonType": "object", "required": ["taken"]}}

KEY_INDEXES = (
    IndexModel([("prefix", ASCENDING)], name="prefix", unique=True),
    IndexModel([("grant.roles", ASCENDING)], name="roles"),
    IndexModel([("is_admin", ASCENDING)], name="admins", partialFilterExpression={"is_admin": True}),
)
USER_INDEXES = (
    IndexModel([("grant.roles", ASCENDING)], name="roles"),
    IndexModel([("is_admin", ASCENDING)], name="admins", partialFilterExpression={"is_admin": True}),
)

R = TypeVar("R", ApiKey, User, Role)


def document_of(record: ApiKey | User | Role) -> BsonDocument:
    """Return a record under its name."""
    stored: BsonDocument = msgspec.to_builtins(record, order="deterministic")
    stored["_id"] = stored.pop("name")
    if not isinstance(record, Role):
        stored["is_admin"] = Scope.ADMIN in record.grant.scopes
        stored["is_limited"] = record.grant.visibility.is_limited
    return stored


def record_of(kind: type[R], stored: BsonDocument) -> R:
    """Return the record that is stored."""
    return msgspec.convert({**stored, "name": stored["_id"]}, kind)


def trusted_document(document: TrustedDocument) -> BsonDocument:
    """Return a trusted document under its hash."""
    stored: BsonDocument = msgspec.to_builtins(document)
    stored["_id"] = stored.pop("hash")
    return stored


def trusted_document_of(stored: BsonDocument) -> TrustedDocument:
    """Return the trusted document that is stored."""
    return msgspec.convert({**stored, "hash": stored["_id"]}, TrustedDocument)


def operation_document(operation: AccessOperation) -> BsonDocument:
    """Return what is kept of a change."""
    stored: BsonDocument = msgspec.to_builtins(operation)
    stored["_id"] = stored.pop("id")
    return stored


def operation_of(stored: BsonDocument) -> AccessOperation:
    """Return the change that is stored."""
    return msgspec.convert({**stored, "id": stored["_id"]}, AccessOperation)


def key_query(where: ApiKeyFilter) -> BsonDocument:
    """Return the query of a filter of keys."""
    active: BsonDocument = {"revoked_at": None, "$or": [{"expires_at": None}, {"expires_at": {"$gt": where.now}}]}
    return _query(where.is_active, active, where.role)


def user_query(where: UserFilter) -> BsonDocument:
    """Return the query of a filter of users."""
    return _query(where.is_active, {"disabled_at": None}, where.role)


def role_query(where: RoleFilter) -> BsonDocument:
    """Return the query of a filter of roles."""
    return _query(where.is_active, {"deleted_at": None}, None)


def trusted_document_query(where: TrustedDocumentFilter) -> BsonDocument:
    """Return the query of a filter of trusted documents."""
    return {} if where.registered_by is None else {"registered_by": where.registered_by}


def _query(is_active: bool | None, active: BsonDocument, role: str | None) -> BsonDocument:
    conditions: list[Any] = []
    if is_active is not None:
        conditions.append(active if is_active else {"$nor": [active]})
    if role is not None:
        conditions.append({"grant.roles": role})
    return {"$and": conditions} if conditions else {}
