# ruff: noqa: ANN401 - JSON is of any type
"""API keys, users and roles, administered through the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.access.scope import Scope
from app.store.driver.client import Database
from tests.graphql.api import Api
from tests.support.key_hasher import hasher_of_tests

WHY = """
fragment Why on UserError {
  __typename code message field
  ... on UnknownNameError { kind name } ... on NameTakenError { kind name } ... on NotActiveError { kind name }
  ... on RoleInUseError { role holders } ... on LastAdminError { name }
}
"""
KEY = """
fragment Key on ApiKey {
  name prefix description roles scopes locations categories approvalLimit budget { capacity restoreRate } documentsOnly
  isActive secretCount
  formerSecretUntil expiresAt lastUsedAt version createdBy revokedAt revokedBy
}
"""
USER = """
fragment Person on User {
  name displayName hasPassword roles scopes locations categories approvalLimit isActive version createdBy disabledBy
}
"""
PAYLOAD = "replayed userErrors { ...Why }"
CREATE = (
    "mutation ($input: ApiKeyCreateInput!) { apiKeyCreate(input: $input) { key apiKey { ...Key } " + PAYLOAD + " } }"
) + (KEY + WHY)
UPDATE = (
    "mutation ($input: ApiKeyUpdateInput!) { apiKeyUpdate(input: $input) { apiKey { ...Key } " + PAYLOAD + " } }"
) + (KEY + WHY)
ROTATE = (
    "mutation ($input: ApiKeyRotateInput!) { apiKeyRotate(input: $input) { key apiKey { ...Key } " + PAYLOAD + " } }"
) + (KEY + WHY)
REVOKE = (
    "mutation ($input: ApiKeyRevokeInput!) { apiKeyRevoke(input: $input) { apiKey { ...Key } " + PAYLOAD + " } }"
) + (KEY + WHY)
USER_CREATE = (
    "mutation ($input: UserCreateInput!) { userCreate(input: $input) { user { ...Person } " + PAYLOAD + " } }"
) + (USER + WHY)
USER_UPDATE = (
    "mutation ($input: UserUpdateInput!) { userUpdate(input: $input) { user { ...Person } " + PAYLOAD + " } }"
) + (USER + WHY)
USER_DISABLE = (
    "mutation ($input: UserDisableInput!) { userDisable(input: $input) { user { ...Person } " + PAYLOAD + " } }"
) + (USER + WHY)
SET_PASSWORD = (
    "mutation ($input: UserSetPasswordInput!) { userSetPassword(input: $input) { user { ...Person } " + PAYLOAD + " } }"
) + (USER + WHY)
ROLE_UPSERT = (
    "mutation ($input: RoleUpsertInput!) { roleUpsert(input: $input) { role { name scopes description version }"
    f" {PAYLOAD} }} }}{WHY}"
)
ROLE_DELETE = (
    f"mutation ($input: RoleDeleteInput!) {{ roleDelete(input: $input) {{ role {{ name isActive }} {PAYLOAD} }} }}{WHY}"
)
KEYS = (
    "query ($filter: ApiKeyFilter, $first: Int! = 50, $after: String) {"
    " apiKeys(filter: $filter, first: $first, after: $after) {"
    " totalCount nodes { id name isActive } pageInfo { endCursor hasNextPage } } }"
)
SECRET = "correct horse battery"


async def refusal(api: Api, query: str, **input: Any) -> dict[str, Any]:
    """Return the one error of a request that is refused."""
    payload = await api.run(query, input=input)
    [error] = payload.pop("userErrors")
    assert {name: value for name, value in payload.items() if value} == {}
    found: dict[str, Any] = error
    return found


async def made(api: Api, name: str, **input: Any) -> str:
    """Make a key, of a clerk unless the input says otherwise, and return it."""
    payload = await api.run(CREATE, input={"name": name, "roles": ["clerk"], **input})
    assert payload["userErrors"] == []
    key: str = payload["key"]
    return key


async def test_a_key_is_shown_once_and_kept_as_a_keyed_hash(shop: Api, database: Database) -> None:
    """A repeat with its idempotency key returns the same key without its secret."""
    expires_at = (datetime.now(UTC) + timedelta(days=90)).isoformat()
    till = {
        "name": "till-7",
        "description": "By the door",
        "scopes": ["STOCK_WRITE", "CATALOG_READ"],
        "locations": ["MAIN"],
        "categories": ["Tea"],
        "approvalLimit": "250.50",
        "budget": {"capacity": 2_000_000, "restoreRate": 200_000},
        "documentsOnly": True,
        "expiresAt": expires_at,
        "idempotencyKey": "k1",
    }
    payload = await shop.run(CREATE, input=till)
    key = payload["key"]
    assert payload == {
        "key": key,
        "replayed": False,
        "userErrors": [],
        "apiKey": {
            **{name: value for name, value in till.items() if name not in {"idempotencyKey", "expiresAt"}},
            "scopes": ["CATALOG_READ", "STOCK_WRITE"],
            "prefix": key.split("_")[1],
            "roles": [],
            "isActive": True,
            "secretCount": 1,
            "formerSecretUntil": None,
            "expiresAt": payload["apiKey"]["expiresAt"],
            "lastUsedAt": None,
            "version": 1,
            "createdBy": "anonymous",
            "revokedAt": None,
            "revokedBy": None,
        },
    }
    assert datetime.fromisoformat(payload["apiKey"]["expiresAt"]) == datetime.fromisoformat(expires_at)
    assert await shop.run(CREATE, input=till) == {**payload, "key": None, "replayed": True}
    error = await refusal(shop, CREATE, **{**till, "description": "Elsewhere"})
    assert error["code"] == "IDEMPOTENCY_KEY_REUSED"
    stored = str([await database[name].find().to_list(None) for name in ("access_keys", "access_operations")])
    assert key not in stored
    assert key.split("_", 2)[2] not in stored
    assert hasher_of_tests().hash_of(hasher_of_tests().read(key)) in stored


async def test_a_name_is_never_given_twice(shop: Api) -> None:
    """Not even after its key was revoked; of two requests at once one has it."""
    results = await asyncio.gather(
        *(shop.run(CREATE, input={"name": "till-7", "roles": [role]}) for role in ("clerk", "viewer", "counter"))
    )
    assert sorted(len(each["userErrors"]) for each in results) == [0, 1, 1]
    await made(shop, "boss", roles=["admin"])
    assert (await shop.run(REVOKE, input={"name": "till-7"}))["apiKey"]["isActive"] is False
    error = await refusal(shop, CREATE, name="till-7", roles=["clerk"])
    assert error == {
        "__typename": "NameTakenError",
        "code": "NAME_TAKEN",
        "message": "The name 'till-7' belongs to another API key, or did: a name is never given twice.",
        "field": ["name"],
        "kind": "API_KEY",
        "name": "till-7",
    }


@pytest.mark.parametrize(
    ("input", "code", "field", "part"),
    [
        ({"name": "Till 7"}, "INVALID_VALUE", ["name"], "lower-case"),
        ({"roles": []}, "INVALID_VALUE", ["roles"], "must have a role or a scope"),
        ({"roles": ["chief"]}, "UNKNOWN_NAME", ["roles"], "No role has the name 'chief'"),
        ({"locations": ["NOWHERE"]}, "UNKNOWN_LOCATION", ["locations"], "'NOWHERE'"),
        ({"locations": []}, "INVALID_VALUE", ["locations"], "leave it out for no limit"),
        ({"categories": ["Tea"]}, "INVALID_VALUE", ["categories"], "cannot be combined with orders:read, orders:write"),
        ({"roles": ["admin"], "locations": ["MAIN"]}, "INVALID_VALUE", ["locations"], "cannot be limited"),
        ({"approvalLimit": "-1"}, "INVALID_VALUE", ["approvalLimit"], "between 0 and"),
        ({"budget": {"capacity": 999, "restoreRate": 100}}, "INVALID_VALUE", ["budget", "capacity"], "1,000 and"),
        ({"budget": {"capacity": 1000, "restoreRate": 99}}, "INVALID_VALUE", ["budget", "restoreRate"], "100 and"),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, "INVALID_VALUE", ["expiresAt"], "in the future"),
        ({"expiresAt": "2999-01-01T00:00:00Z"}, "INVALID_VALUE", ["expiresAt"], "3660 days"),
    ],
)
async def test_what_does_not_fit_is_refused(
    lasting_shop: Api, input: dict[str, Any], code: str, field: list[str], part: str
) -> None:
    """With the rule, and nothing is made."""
    error = await refusal(lasting_shop, CREATE, **{"name": "till-7", "roles": ["clerk"], **input})
    assert (error["code"], error["field"]) == (code, field)
    assert part in error["message"]
    assert (await lasting_shop.run(KEYS))["totalCount"] == 0


async def test_two_secrets_are_active_after_rotations_at_once(shop: Api, database: Database) -> None:
    """Each rotation shows its own; the last two of three are active, the first is not."""
    first = await made(shop, "till-7")
    payloads = await asyncio.gather(
        *(shop.run(ROTATE, input={"name": "till-7", "graceSeconds": 600}) for _ in range(2))
    )
    texts = {first, *(payload["key"] for payload in payloads)}
    assert len(texts) == 3
    assert len({text.split("_")[1] for text in texts}) == 1
    stored = await database["access_keys"].find_one({"_id": "till-7"})
    assert stored is not None
    hashes = [secret["hash"] for secret in stored["secrets"]]
    assert set(hashes) == {hasher_of_tests().hash_of(hasher_of_tests().read(text)) for text in texts - {first}}
    last = await shop.run(ROTATE, input={"name": "till-7", "graceSeconds": 0, "idempotencyKey": "r"})
    assert (last["apiKey"]["secretCount"], last["apiKey"]["formerSecretUntil"]) == (1, None)
    again = await shop.run(ROTATE, input={"name": "till-7", "graceSeconds": 0, "idempotencyKey": "r"})
    assert again == {**last, "key": None, "replayed": True}
    assert (await refusal(shop, ROTATE, name="till-7", graceSeconds=-1))["field"] == ["graceSeconds"]
    assert (await refusal(shop, ROTATE, name="till-8"))["code"] == "UNKNOWN_NAME"


async def test_a_key_is_updated_in_part_until_it_is_revoked(shop: Api) -> None:
    """What is left out stays; null takes a limit away."""
    budget = {"capacity": 5_000, "restoreRate": 500}
    await made(shop, "till-7", locations=["MAIN"], approvalLimit="10", budget=budget, description="Old")
    changed = await shop.run(UPDATE, input={"name": "till-7", "approvalLimit": None, "scopes": ["INSIGHTS_READ"]})
    parts = ("roles", "scopes", "locations", "approvalLimit", "budget", "description", "version")
    kept = [["clerk"], ["INSIGHTS_READ"], ["MAIN"], None, budget, "Old", 2]
    assert [changed["apiKey"][part] for part in parts] == kept
    assert (await shop.run(UPDATE, input={"name": "till-7", "budget": None}))["apiKey"]["budget"] is None
    assert (await refusal(shop, UPDATE, name="till-7", roles=["admin"]))["field"] == ["locations"]
    revoked = (await shop.run(REVOKE, input={"name": "till-7"}))["apiKey"]
    assert (revoked["revokedBy"], revoked["secretCount"], revoked["version"]) == ("anonymous", 0, 4)
    assert (await shop.run(REVOKE, input={"name": "till-7"}))["apiKey"] == revoked
    for query in (UPDATE, ROTATE):
        assert (await refusal(shop, query, name="till-7"))["code"] == "NOT_ACTIVE"


async def test_the_last_admin_stays_whatever_happens_at_once(shop: Api) -> None:
    """Of the two that are left, revoked and disabled at once, one remains; a role that makes admins counts."""
    await made(shop, "root", roles=["admin"])
    error = await refusal(shop, REVOKE, name="root")
    assert (error["code"], error["name"]) == ("LAST_ADMIN", "root")
    assert (await refusal(shop, UPDATE, name="root", roles=["manager"]))["code"] == "LAST_ADMIN"
    await shop.run(ROLE_UPSERT, input={"name": "owner", "scopes": ["ADMIN"]})
    anna = {"name": "anna", "displayName": "Anna", "roles": ["owner"]}
    assert (await shop.run(USER_CREATE, input=anna))["userErrors"] == []
    outcomes = await asyncio.gather(
        shop.run(REVOKE, input={"name": "root"}),
        shop.run(USER_DISABLE, input={"name": "anna"}),
        shop.run(ROLE_UPSERT, input={"name": "owner", "scopes": ["STOCK_READ"]}),
    )
    refused = [outcome["userErrors"] for outcome in outcomes]
    assert 1 <= sum(bool(errors) for errors in refused) <= 2
    assert {error["code"] for errors in refused for error in errors} == {"LAST_ADMIN"}
    admins = await shop.run(
        '{ apiKey(name: "root") { isActive } user(name: "anna") { isActive } role(name: "owner") { scopes } }'
    )
    is_anna = admins["user"]["isActive"] and admins["role"]["scopes"] == ["ADMIN"]
    assert admins["apiKey"]["isActive"] or is_anna


async def test_a_user_has_a_password_that_only_its_hash_is_kept_of(shop: Api, database: Database) -> None:
    """A new one, and being disabled, ends sessions; a weak one is refused."""
    anna = {"name": "anna", "displayName": "Anna Bell", "password": SECRET, "roles": ["manager"], "idempotencyKey": "u"}
    payload = await shop.run(USER_CREATE, input=anna)
    assert payload["user"] == {
        "name": "anna",
        "displayName": "Anna Bell",
        "hasPassword": True,
        "roles": ["manager"],
        "scopes": [],
        "locations": None,
        "categories": None,
        "approvalLimit": None,
        "isActive": True,
        "version": 1,
        "createdBy": "anonymous",
        "disabledBy": None,
    }
    assert await shop.run(USER_CREATE, input=anna) == {**payload, "replayed": True}

    async def stored() -> dict[str, Any]:
        found = await database["access_users"].find_one({"_id": "anna"})
        assert found is not None
        return found

    before = await stored()
    assert before["password_hash"].startswith("$argon2id$")
    assert (await shop.run(SET_PASSWORD, input={"name": "anna", "password": f"{SECRET} 2"}))["userErrors"] == []
    after = await stored()
    assert after["password_hash"] != before["password_hash"]
    assert after["sessions_since"] > before["sessions_since"]
    for weak in ("short", "a" * 11, "abababababababab", "anna Bellanna Bell", "ANNAANNAANNA", "x" * 257):
        assert (await refusal(shop, SET_PASSWORD, name="anna", password=weak))["field"] == ["password"]
    assert await stored() == after
    assert (await shop.run(USER_DISABLE, input={"name": "anna"}))["user"]["disabledBy"] == "anonymous"
    assert (await stored())["sessions_since"] > after["sessions_since"]
    assert (await refusal(shop, SET_PASSWORD, name="anna", password=SECRET))["code"] == "NOT_ACTIVE"
    back = await shop.run(USER_DISABLE, input={"name": "anna", "isDisabled": False})
    assert back["user"]["isActive"] is True
    renamed = await shop.run(USER_UPDATE, input={"name": "anna", "displayName": "Anna B.", "roles": ["viewer"]})
    assert (renamed["user"]["displayName"], renamed["user"]["roles"]) == ("Anna B.", ["viewer"])
    assert (await refusal(shop, USER_UPDATE, name="bob"))["code"] == "UNKNOWN_NAME"


async def test_a_role_is_changed_for_all_who_have_it_and_deleted_by_none(shop: Api) -> None:
    """Its name is not given again; built-in roles stay as they are."""
    role = {"name": "night", "scopes": ["STOCK_READ"], "description": "At night"}
    assert (await shop.run(ROLE_UPSERT, input=role))["role"] == {**role, "version": 1}
    changed = await shop.run(ROLE_UPSERT, input={"name": "night", "description": None})
    assert changed["role"] == {**role, "description": None, "version": 2}
    await made(shop, "till-7", roles=["night"], categories=["Tea"])
    assert "cannot be combined" in (await refusal(shop, ROLE_UPSERT, name="night", scopes=["ORDERS_READ"]))["message"]
    error = await refusal(shop, ROLE_DELETE, name="night")
    assert (error["code"], error["holders"]) == ("ROLE_IN_USE", ["key:till-7"])
    await shop.run(UPDATE, input={"name": "till-7", "roles": [], "scopes": ["STOCK_READ"]})
    assert (await shop.run(ROLE_DELETE, input={"name": "night"}))["role"]["isActive"] is False
    for query in (ROLE_UPSERT, CREATE):
        error = await refusal(
            shop,
            query,
            **{"name": "night", "scopes": ["STOCK_READ"]} | ({"roles": ["night"]} if query is CREATE else {}),
        )
        assert error["code"] == "NOT_ACTIVE"
    await shop.run(ROLE_UPSERT, input={"name": "noon", "scopes": ["STOCK_READ"]})
    at_once = await asyncio.gather(
        shop.run(ROLE_DELETE, input={"name": "noon"}), shop.run(CREATE, input={"name": "till-8", "roles": ["noon"]})
    )
    assert sorted(len(each["userErrors"]) for each in at_once) == [0, 1]
    assert "is built in" in (await refusal(shop, ROLE_DELETE, name="admin"))["message"]
    assert (await refusal(shop, ROLE_UPSERT, name="dawn"))["field"] == ["scopes"]
    names = [node["name"] for node in (await shop.run("{ roles { nodes { name } } }"))["nodes"]]
    assert names[:6] == ["viewer", "clerk", "counter", "buyer", "manager", "admin"]


async def test_lists_are_paged_and_filtered(shop: Api) -> None:
    """By name; and each entry is found by its global id."""
    for name in ("c", "a", "b"):
        await made(shop, name, roles=["admin"])
    await shop.run(REVOKE, input={"name": "b"})
    first = await shop.run(KEYS, first=2)
    assert ([node["name"] for node in first["nodes"]], first["totalCount"]) == (["a", "b"], 3)
    rest = await shop.run(KEYS, after=first["pageInfo"]["endCursor"])
    assert [node["name"] for node in rest["nodes"]] == ["c"]
    active = await shop.run(KEYS, filter={"isActive": True, "role": "admin"})
    assert ([node["name"] for node in active["nodes"]], active["totalCount"]) == (["a", "c"], 2)
    ids = [node["id"] for node in first["nodes"]]
    nodes = await shop.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in nodes] == ids


async def test_the_viewer_is_the_caller(lasting_shop: Api) -> None:
    """With all that its roles and scopes include."""
    found = await lasting_shop.run(
        "{ viewer { kind name actor actingUser scopes locations categories approvalLimit documentsOnly expiresAt } }"
    )
    assert found == {
        "kind": "TRUSTED",
        "name": "anonymous",
        "actor": "anonymous",
        "actingUser": None,
        "scopes": [scope.name for scope in Scope],
        "locations": None,
        "categories": None,
        "approvalLimit": None,
        "documentsOnly": False,
        "expiresAt": None,
    }
