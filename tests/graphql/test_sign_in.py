"""Signing in to a session, what it opens, and what ends it: the whole application over a real database."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from msgspec import structs
from websockets.exceptions import ConnectionClosed

from app.config import Settings
from app.domain.access.grant import Grant
from app.domain.access.scope import Scope
from app.domain.access.user import User
from app.domain.time import Moment
from app.live.access_channel import AccessChannel
from app.security.passwords import Argon2Passwords
from app.services.access.credentials.failed_keys import FREE_FAILURES
from app.store.driver.client import Database
from app.store.mapping import names
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, dial, served
from tests.support.access import Administration
from tests.support.waiting import eventually

QUERY = "{ items(first: 1) { totalCount } }"
PASSWORD = "correct horse battery staple"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ON_PURPOSE = {"graphql-preflight": "1"}
PREFLIGHT = list(ON_PURPOSE.items())


@pytest.fixture(scope="module")
def settings(
    lasting_database: Database, mongo_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Return the settings of a server that asks for credentials, and that has a demo."""
    settings = settings_of(
        mongo_url, redis_url, lasting_database.name, auth="required", data_dir=tmp_path_factory.mktemp("keys")
    )
    return settings.model_copy(
        update={"demo": True, "allowed_hosts": ("shop.example",), "trusted_proxies": ("127.0.0.1",)}
    )


@pytest.fixture(scope="module")
async def server(settings: Settings) -> AsyncIterator[Served]:
    """Serve for the tests of the module."""
    async with served(settings) as server:
        yield server


@pytest.fixture
def administration(settings: Settings) -> Administration:
    """Return who makes keys and users."""
    return Administration(settings)


@pytest.fixture
async def browser(server: Served) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client that keeps cookies, as a page of the server."""
    origin = f"http://localhost:{server.port}"
    async with httpx.AsyncClient(
        base_url=origin, headers={"origin": origin, "sec-fetch-site": "same-origin"}
    ) as client:
        yield client


def anna(name: str) -> User:
    """Return a user with a password, whose hash should be made anew."""
    return User(name=name, display_name="Anna", grant=Grant(scopes=frozenset({Scope.CATALOG_READ})), password_hash=HASH)


async def sign_in(browser: httpx.AsyncClient, **given: str) -> httpx.Response:
    """Send what the page sends."""
    return await browser.post("/auth/sign-in", json=given, headers=ON_PURPOSE)


async def status(browser: httpx.AsyncClient, **headers: str) -> int:
    """Send a query as the page does, with its cookie, and return the status."""
    response = await browser.post("/graphql", json={"query": QUERY}, headers={**ON_PURPOSE, **headers})
    return response.status_code


def cookie_of(browser: httpx.AsyncClient) -> str:
    """Return the header that carries the session."""
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


async def test_a_name_and_a_password_open_a_session_until_sign_out(
    server: Served, browser: httpx.AsyncClient, administration: Administration, lasting_database: Database
) -> None:
    """For requests, pages and websockets; the database has no token, and afterwards none is valid."""
    await administration.keep(anna("anna"))
    response = await sign_in(browser, name="anna", password=PASSWORD)
    assert response.json() == {"principal": {"kind": "person", "name": "anna"}}
    set_cookie, of_browser = response.headers.get_list("set-cookie")
    token = browser.cookies["stockpulse-session"]
    assert set_cookie == f"stockpulse-session={token}; Path=/; HttpOnly; SameSite=Strict"
    assert of_browser.endswith("; Path=/; HttpOnly; SameSite=Strict; Max-Age=7776000")
    assert await status(browser) == 200
    assert await status(browser, authorization="Basic dDpz") == 200  # for a proxy that asks for a password, too
    another = [("cookie", cookie_of(browser)), ("cookie", f"stockpulse-session={token[::-1]}")]
    for cookies in (another, another[::-1]):  # whose are they?
        assert (
            await browser.post("/graphql", json={"query": QUERY}, headers=[*PREFLIGHT, *cookies])
        ).status_code == 401
    assert (await browser.get("/auth/session")).json()["principal"]["name"] == "anna"
    [stored] = await lasting_database[names.ACCESS_SESSIONS].find({"name": "anna"}).to_list(None)
    assert token not in str(stored)
    assert (await lasting_database[names.ACCESS_USERS].find_one({"_id": "anna"}))["password_hash"] != HASH
    kept = cookie_of(browser)
    async with dial(
        server.port, origin=f"http://127.0.0.1:{server.port}", additional_headers={"cookie": kept}
    ) as socket:
        signed_out = await browser.post("/auth/sign-out", headers=ON_PURPOSE)
        assert signed_out.status_code == 204
        assert (await socket.closed())[0] == 4401
    assert [*browser.cookies] == ["stockpulse-browser"]
    assert await status(browser, cookie=kept) == 401


async def test_a_key_opens_a_session_that_ends_with_it(
    browser: httpx.AsyncClient, administration: Administration, settings: Settings
) -> None:
    """As soon as a process has announced it."""
    key = await administration.key("pasted")
    assert (await sign_in(browser, key=key.text)).json()["principal"] == {"kind": "key", "name": "pasted"}
    assert await status(browser) == 200
    await administration.revoke(key)
    assert settings.redis_url
    async with AccessChannel(settings.redis_url.get_secret_value(), namespace=settings.mongo_database) as channel:
        await channel.announce({"key:pasted"})
    await eventually(lambda: _is_refused(browser))


async def _is_refused(browser: httpx.AsyncClient) -> bool:
    return await status(browser) == 401


@pytest.mark.parametrize(
    "change",
    [{"sessions_since": Moment(7)}, {"disabled_at": Moment(7)}, {"grant": Grant(roles=frozenset({"viewer"}))}],
    ids=["password", "disabled", "role"],
)
async def test_what_changes_about_a_user_ends_their_sessions(
    browser: httpx.AsyncClient, administration: Administration, change: dict[str, Any]
) -> None:
    """A new password, being disabled, another role."""
    user = anna(f"anna-{next(iter(change))}")
    await administration.keep(user)
    assert (await sign_in(browser, name=user.name, password=PASSWORD)).status_code == 200
    await administration.keep(structs.replace(user, **change))
    assert await status(browser) == 401


async def test_a_refusal_does_not_say_whether_the_name_exists_and_failures_are_slowed(
    browser: httpx.AsyncClient, administration: Administration
) -> None:
    """By name; the right password has to wait, too."""
    await administration.keep(anna("berta"))
    await administration.keep(structs.replace(anna("clara"), disabled_at=Moment(7)))
    wrong = [await sign_in(browser, name=name, password=word) for name, word in WRONG]
    assert {(each.status_code, each.json()["errors"][0]["message"]) for each in wrong} == {
        (401, "The name or the password is not right.")
    }
    for _ in range(4):
        assert (await sign_in(browser, name="berta", password="wrong")).status_code == 401
    slowed = await sign_in(browser, name="berta", password=PASSWORD)
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "1")
    assert not browser.cookies


async def test_strangers_at_the_same_address_keep_nobody_waiting_in_their_own_browser(
    browser: httpx.AsyncClient, administration: Administration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In which they have signed in before: nor do those who have taken all the room there is for strangers."""
    known: list[bool] = []
    verify = Argon2Passwords.verify

    async def noting(self: Argon2Passwords, password: str, hashed: str | None, *, is_known: bool = False) -> bool:
        known.append(is_known)
        return await verify(self, password, hashed, is_known=is_known)

    monkeypatch.setattr(Argon2Passwords, "verify", noting)
    await administration.keep(anna("emil"))
    assert (await sign_in(browser, name="emil", password=PASSWORD)).status_code == 200
    await browser.post("/auth/sign-out", headers=ON_PURPOSE)
    await administration.keep(anna("emil"))  # with a hash that takes little time
    cookies, browser.cookies = browser.cookies, httpx.Cookies()
    failed = [(await sign_in(browser, name="emil", password="wrong")).status_code for _ in range(6)]
    assert failed == [401] * 5 + [429]
    browser.cookies = cookies
    assert (await sign_in(browser, name="emil", password=PASSWORD)).status_code == 200
    assert known == [False] * 6 + [True]


async def test_a_key_that_was_valid_here_is_not_slowed_by_wrong_ones_of_its_neighbours(
    browser: httpx.AsyncClient, administration: Administration
) -> None:
    """Whether it was sent in a header or signed in with."""
    entered, sent = [await administration.key(name) for name in ("entered", "sent")]
    browser.headers["x-forwarded-for"] = "198.51.100.7"
    assert (await sign_in(browser, key=entered.text)).status_code == 200
    assert await status(browser, authorization=f"Bearer {sent.text}") == 200
    wrong = [(await sign_in(browser, key=f"wrong-{n}")).status_code for n in range(FREE_FAILURES + 1)]
    assert wrong == [401] * FREE_FAILURES + [429]
    assert await status(browser, authorization="Bearer sp_wrong") == 429
    for key in (entered, sent):
        assert (await sign_in(browser, key=key.text)).status_code == 200
        assert await status(browser, authorization=f"bearer  {key.text}") == 200


WRONG = [("berta", "wrong"), ("nobody", PASSWORD), ("clara", PASSWORD), ("berta" * 100, PASSWORD)]


@pytest.mark.parametrize(
    "headers",
    [
        {"graphql-preflight": ""},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_no_other_page_acts_for_who_is_signed_in(
    browser: httpx.AsyncClient, administration: Administration, headers: dict[str, str]
) -> None:
    """A request that it could make a browser send begins no session, ends none, and runs nothing with its cookie."""
    key = await administration.key(f"victim-{'-'.join(headers.values())[-10:]}")
    given = {"key": key.text}
    forged = {**ON_PURPOSE, **headers}
    assert (await browser.post("/auth/sign-in", json=given, headers=forged)).status_code == 403
    assert (await sign_in(browser, **given)).status_code == 200
    assert (await browser.post("/auth/sign-out", headers=forged)).status_code == 403
    assert await status(browser, **headers) == 401
    assert await status(browser) == 200


async def test_a_page_acts_for_nobody_but_whom_it_shows(
    server: Served, browser: httpx.AsyncClient, administration: Administration
) -> None:
    """Though its browser has the session of somebody else by now: neither by a request nor by a websocket."""
    first, second = await administration.key("first, späť"), await administration.key("second")
    shown = {"stockpulse-viewer": "key%3Afirst%2C%20sp%C3%A4%C5%A5"}
    await sign_in(browser, key=first.text)
    assert await status(browser, **shown) == 200
    await sign_in(browser, key=second.text)
    assert await status(browser, **shown) == 401  # not verified lately
    assert await status(browser) == 200
    assert await status(browser, **shown) == 401
    assert await status(browser, authorization=first.header, **shown) == 200
    headers = {"origin": f"http://127.0.0.1:{server.port}", "cookie": cookie_of(browser)}
    async with dial(server.port, viewer="key:second", additional_headers=headers) as socket:
        await socket.nothing_waits()
    with pytest.raises(ConnectionClosed) as closed:
        async with dial(server.port, viewer="key:first, späť", additional_headers=headers):
            pass
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


async def test_a_websocket_with_a_cookie_needs_the_origin_of_a_page(
    server: Served, browser: httpx.AsyncClient, administration: Administration
) -> None:
    """Which every browser sends; without the cookie it needs none."""
    key = await administration.key("live")
    await sign_in(browser, key=key.text)
    with pytest.raises(ConnectionClosed) as closed:
        async with dial(server.port, additional_headers={"cookie": cookie_of(browser)}):
            pass
    assert closed.value.rcvd
    assert closed.value.rcvd.code == 4401


async def test_over_tls_the_cookie_belongs_to_this_host_alone(
    browser: httpx.AsyncClient, administration: Administration
) -> None:
    """Elsewhere than on loopback no other is set, and none is accepted."""
    key = await administration.key("remote")
    here = {"host": "shop.example"}
    plain = await browser.post(
        "/auth/sign-in", json={"key": key.text}, headers={**ON_PURPOSE, **here, "origin": "http://shop.example"}
    )
    assert (plain.status_code, plain.headers.get("set-cookie")) == (400, None)
    assert "https://" in plain.json()["errors"][0]["message"]
    secure = {**ON_PURPOSE, **here, "origin": "https://shop.example"}
    signed_in = await browser.post("/auth/sign-in", json={"key": key.text}, headers=secure)
    name, _, rest = signed_in.headers["set-cookie"].partition("=")
    token, _, attributes = rest.partition("; ")
    assert (name, attributes) == ("__Host-stockpulse-session", "Path=/; HttpOnly; SameSite=Strict; Secure")
    for cookie, expected in {name: 200, "stockpulse-session": 401}.items():
        sent = {**secure, "cookie": f"{cookie}={token}"}
        assert (await browser.post("/graphql", json={"query": QUERY}, headers=sent)).status_code == expected


async def test_the_demo_is_opened_without_typing_on_this_machine_alone(
    browser: httpx.AsyncClient, administration: Administration
) -> None:
    """Not through a proxy, whatever it says of its client."""
    await administration.key("demo-admin")
    assert (await browser.get("/auth/session")).json() == {"principal": None, "demo": ["admin", "viewer"]}
    elsewhere = {"host": "shop.example", "origin": "https://shop.example"}
    for headers in ({"x-forwarded-for": "127.0.0.1"}, {"x-forwarded-proto": "https"}, {"cdn-loop": "a"}, elsewhere):
        assert (await browser.get("/auth/session", headers=headers)).json()["demo"] == []
        proxied = await browser.post("/auth/sign-in", json={"demo": "admin"}, headers={**ON_PURPOSE, **headers})
        assert proxied.status_code == 401
    assert (await sign_in(browser, demo="viewer")).status_code == 401  # there is no such key
    assert (await sign_in(browser, demo="admin")).json()["principal"]["name"] == "demo-admin"
    assert await status(browser) == 200


async def change_password(
    browser: httpx.AsyncClient, *, headers: dict[str, str] = ON_PURPOSE, **given: str
) -> dict[str, Any]:
    """Change the caller's password, and return the payload, or the error in its place."""
    response = await browser.post("/graphql", json={"query": CHANGE, "variables": {"input": given}}, headers=headers)
    body = response.json()
    found: dict[str, Any] = body["data"]["passwordChange"] if body.get("data") else body["errors"][0]["extensions"]
    return found


async def test_a_person_changes_their_password_and_stays_signed_in_there_alone(
    server: Served, browser: httpx.AsyncClient, administration: Administration
) -> None:
    """A repeat with its key changes nothing; an admin's new password ends that session, too."""
    await administration.keep(anna("dora"))
    async with httpx.AsyncClient(base_url=browser.base_url, headers=browser.headers) as other:
        for each in (browser, other):
            assert (await sign_in(each, name="dora", password=PASSWORD)).status_code == 200
        origin = f"http://127.0.0.1:{server.port}"
        async with dial(server.port, origin=origin, additional_headers={"cookie": cookie_of(browser)}) as socket:
            for given, code in REFUSED:
                [error] = (await change_password(browser, **given))["userErrors"]
                assert (error["code"], error["field"]) == code
            assert [await status(each) for each in (browser, other)] == [200, 200]
            new = {"currentPassword": PASSWORD, "newPassword": NEW_PASSWORD, "idempotencyKey": "new"}
            assert await change_password(browser, **new) == {"replayed": False, "userErrors": []}
            assert await change_password(browser, **new) == {"replayed": True, "userErrors": []}
            await eventually(lambda: _is_refused(other))
            assert await status(browser) == 200
            feed = await socket.start(f"query Q {QUERY}")
            assert await feed.next()
        assert (await sign_in(other, name="dora", password=PASSWORD)).status_code == 401
        assert (await sign_in(other, name="dora", password=NEW_PASSWORD)).status_code == 200
        back = {"currentPassword": NEW_PASSWORD, "newPassword": PASSWORD}
        assert (await change_password(other, **back))["userErrors"] == []
        await eventually(lambda: _is_refused(browser))
        admin = await administration.key("resets")
        reset = {"query": RESET, "variables": {"input": {"name": "dora", "password": NEW_PASSWORD}}}
        response = await other.post("/graphql", json=reset, headers={"authorization": admin.header})
        assert response.json()["data"]["userSetPassword"]["userErrors"] == []
        await eventually(lambda: _is_refused(other))


async def test_who_has_no_password_changes_none_and_wrong_ones_are_slowed(
    browser: httpx.AsyncClient, administration: Administration
) -> None:
    """An API key has none; who guesses at another's open browser waits."""
    key = await administration.key("passwordless")
    given = {"currentPassword": "wrong", "newPassword": NEW_PASSWORD}
    refused = await change_password(browser, headers={"authorization": key.header}, **given)
    assert [error["code"] for error in refused["userErrors"]] == ["NO_PASSWORD"]
    await administration.keep(anna("emil"))
    await sign_in(browser, name="emil", password=PASSWORD)
    for _ in range(5):
        refused = await change_password(browser, **given)
        assert [error["code"] for error in refused["userErrors"]] == ["WRONG_PASSWORD"]
    slowed = await change_password(browser, currentPassword=PASSWORD, newPassword=NEW_PASSWORD)
    assert slowed["code"] == "THROTTLED"
    assert await status(browser) == 200


CHANGE = """mutation ($input: PasswordChangeInput!) {
  passwordChange(input: $input) { replayed userErrors { code field } }
}"""
RESET = "mutation ($input: UserSetPasswordInput!) { userSetPassword(input: $input) { userErrors { code } } }"
NEW_PASSWORD = "another horse, another battery"
REFUSED = [
    ({"currentPassword": "wrong", "newPassword": NEW_PASSWORD}, ("WRONG_PASSWORD", ["currentPassword"])),
    ({"currentPassword": PASSWORD, "newPassword": "short"}, ("INVALID_VALUE", ["newPassword"])),
    ({"currentPassword": PASSWORD, "newPassword": PASSWORD}, ("INVALID_VALUE", ["newPassword"])),
]


async def test_the_page_of_an_account_says_what_its_owner_may_do(
    browser: httpx.AsyncClient, administration: Administration
) -> None:
    """It leads strangers to the sign-in page, and is as strict as that."""
    to = await browser.get("/account")
    assert (to.status_code, to.headers["location"]) == (303, "sign-in?next=account")
    assert (await browser.get("/auth/account")).status_code == 401
    await administration.keep(anna("frieda"))
    await sign_in(browser, name="frieda", password=PASSWORD)
    page = await browser.get("/account")
    assert re.findall(r'(?:src|href)="([^"]+)"', page.text)[1:3] == ["auth/sign-in.css", "auth/account.js"]
    assert page.headers["content-security-policy"] == (await browser.get("/sign-in")).headers["content-security-policy"]
    account = (await browser.get("/auth/account")).json()
    assert account.pop("expiresAt")
    assert account == {
        "kind": "person",
        "name": "frieda",
        "scopes": ["catalog:read"],
        "locations": None,
        "categories": None,
        "approvalLimit": None,
        "documentsOnly": False,
    }


async def test_a_page_leads_to_the_sign_in_page_which_needs_nothing_from_elsewhere(browser: httpx.AsyncClient) -> None:
    """Nor does it run a script that is not its own."""
    to = await browser.get("/graphql", headers={"accept": "text/html"})
    assert (to.status_code, to.headers["location"]) == (303, "sign-in?next=graphql")
    page = await browser.get("/sign-in")
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert files == ["icon.svg", "auth/sign-in.css", "auth/sign-in.js", "./", "account"]
    assert "default-src 'none'; script-src 'self'" in page.headers["content-security-policy"]
    for file in files[1:3]:
        assert (await browser.get(f"/{file}")).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": 5}', b'{"other": ""}', b'{"key": "' + b"a" * 9_000 + b'"}'])
async def test_what_is_no_sign_in_is_refused(browser: httpx.AsyncClient, body: bytes) -> None:
    """With a sentence on what to send."""
    headers = {**ON_PURPOSE, "content-type": "application/json"}
    response = await browser.post("/auth/sign-in", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"].startswith("Send a name")
