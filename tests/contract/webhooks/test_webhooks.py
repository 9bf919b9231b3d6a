"""Webhooks are created, changed, given new secrets and ended, the same over every store."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from app.domain.access.scope import Scope
from app.domain.errors import (
    ErrorCode,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    TooManyLines,
    UnknownDocument,
    WrongState,
)
from app.domain.limits import MAX_SECRET_OVERLAP_SECONDS, MAX_SECRETS, MAX_WEBHOOKS
from app.domain.operation import CommandInfo, Operation
from app.domain.time import Moment
from app.domain.webhooks.commands.create_webhook import CreateWebhook
from app.domain.webhooks.commands.redeliver_webhook import DELIVERY_KIND
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import Webhook, WebhookOwner, WebhookState
from app.services.webhooks.filters import WebhookFilter
from app.services.webhooks.webhooks import SECRET_SHOWN_AGAIN_SECONDS
from app.store.driver.client import Database
from tests.support.clock import SECOND, START
from tests.support.keys import a_key
from tests.support.scene import at, refused, request_info
from tests.support.store import Store, whole
from tests.support.transfers import NO_ID
from tests.support.webhooks import (
    EXPIRED,
    LEVEL_CHANGED,
    TAKEN,
    URL,
    Hooks,
    a_delivery,
    dead,
    hooks_over,
    secret,
    tried,
)

DAY = 86_400


@pytest.fixture
def hooks(store: Store, store_database: Database | None) -> Hooks:
    """Return the use cases over an empty store."""
    return hooks_over(store, store_database)


def wrong_state(webhook: Webhook, state: WebhookState = WebhookState.DELETED) -> WrongState:
    """Return the refusal of what is not done to a webhook in a state."""
    return WrongState(kind="WEBHOOK", id=webhook.id, state=state.value)


async def test_a_webhook_keeps_whose_it_is_and_has_no_event_that_they_may_not_read(hooks: Hooks) -> None:
    """Neither when it is created nor when someone else changes it."""
    key = a_key("till", locations={"MAIN"}, scopes={Scope.STOCK_READ, Scope.WEBHOOKS_WRITE})
    owner = WebhookOwner.of(key.principal({}))
    rule = "needs the scope orders:read, which the owner of the webhook does not have"
    refusal = InvalidValue(what="The event reservation.expired", rule=rule, field=("events", "1"))
    assert await refused(hooks.store, hooks.create(owner=owner, events=[LEVEL_CHANGED, EXPIRED])) == [refusal]
    webhook = (await hooks.create(owner=owner)).webhook
    assert (await hooks.store.documents.documents(Webhook, [webhook.id]))[webhook.id].owner == owner
    changed = hooks.webhooks.update(webhook.id, events=(LEVEL_CHANGED, EXPIRED), request=request_info())
    assert await refused(hooks.store, changed) == [refusal]


async def test_only_webhooks_that_hold_no_more_than_is_visible_are_listed(hooks: Hooks) -> None:
    """Those without an owner hold everything. Categories are compared as lists do."""
    limits: list[dict[str, Any]] = [
        {},
        {"locations": {"MAIN"}},
        {"locations": {"MAIN", "NORTH"}},
        {"locations": ()},
        {"categories": {"Tea"}},
        {"locations": {"MAIN"}, "categories": {"TEA", "Cups"}},
    ]
    made = [await hooks.create(owner=WebhookOwner.of(a_key("till", **each).principal({}))) for each in limits]
    await hooks.create()
    numbers = {changed.webhook.id: number for number, changed in enumerate(made)}

    async def seen(**limit: Any) -> list[int]:  # noqa: ANN401 - as in a_key
        where = WebhookFilter().within(a_key("other", **limit).principal({}).visibility)
        page = await hooks.webhooks.webhooks(where, first=20, after=None)
        assert await hooks.webhooks.count_webhooks(where) == len(page.nodes)
        return sorted(numbers.get(each.id, len(limits)) for each in page.nodes)

    assert await seen() == [0, 1, 2, 3, 4, 5, 6]
    assert await seen(locations={"MAIN"}) == [1, 3, 5]
    assert await seen(locations={"MAIN", "NORTH", "SOUTH"}) == [1, 2, 3, 5]
    assert await seen(categories={"tea"}) == [4]
    assert await seen(locations={"MAIN"}, categories={"tea", "cups"}) == [5]
    assert await seen(locations={"NORTH"}) == [3]


async def test_a_webhook_begins_with_a_secret_that_no_operation_holds(hooks: Hooks) -> None:
    """It is shown to whoever asked; what is recorded of the request tells nothing of it."""
    changed = await hooks.create(events=[LEVEL_CHANGED, EXPIRED], locations=["MAIN"], skus=["TEA-1"], description="ERP")
    webhook = changed.webhook
    assert changed.secret == secret(1)
    assert (webhook.id, webhook.state, webhook.version) == (changed.outcome.operation.id, WebhookState.ACTIVE, 1)
    assert (webhook.url, webhook.events) == (URL, (LEVEL_CHANGED, EXPIRED))
    assert (webhook.locations, webhook.skus, webhook.description) == (("MAIN",), ("TEA-1",), "ERP")
    assert webhook.created_at == START
    assert webhook.valid_secrets(START) == (secret(1),)
    operation = changed.outcome.operation
    assert operation.documents == ()
    for shown in (operation, webhook, changed):
        assert secret(1) not in repr(shown)


async def test_the_secret_is_shown_again_to_whoever_repeats_the_request_soon(hooks: Hooks) -> None:
    """The first answer may have been lost. After an hour, or once it is replaced for good, it is shown no more."""
    first = await hooks.create(key="k")
    again = await hooks.create(key="k")
    assert (again.outcome.replayed, again.secret, again.webhook) == (True, first.secret, first.webhook)
    hooks.store.clock.move(seconds=SECRET_SHOWN_AGAIN_SECONDS - 1)
    assert (await hooks.create(key="k")).secret == first.secret
    hooks.store.clock.move(seconds=1)
    late = await hooks.create(key="k")
    assert (late.outcome.replayed, late.secret) == (True, None)
    rotated = await hooks.webhooks.rotate_secret(first.webhook.id, overlap_seconds=0, request=request_info("r"))
    assert (await hooks.create(key="k")).secret is None
    again = await hooks.webhooks.rotate_secret(first.webhook.id, overlap_seconds=0, request=request_info("r"))
    assert (again.outcome.replayed, again.secret) == (True, rotated.secret)
    assert await refused(hooks.store, hooks.create("https://other.example", key="k")) == [IdempotencyKeyReused(key="k")]


async def test_all_that_is_wrong_is_said_at_once(hooks: Hooks) -> None:
    """And nothing is created."""
    asked = hooks.create(
        "http://10.0.0.1/", events=[], locations=["MAIN", "MAIN"], skus=["", "TEA-1"], description=" ", key=""
    )
    errors: list[InventoryError] = await refused(hooks.store, asked)
    assert [(error.code, error.field) for error in errors] == [
        (ErrorCode.INVALID_VALUE, field)
        for field in (("url",), ("url",), ("events",), ("locations",), ("skus", "0"), ("description",))
    ] + [(ErrorCode.INVALID_VALUE, ("idempotencyKey",))]


@pytest.mark.parametrize(
    "said", [{"events": [LEVEL_CHANGED, LEVEL_CHANGED]}, {"locations": []}, {"skus": []}, {"skus": ["A"] * 2}], ids=str
)
async def test_what_a_webhook_is_for_is_something_and_each_once(hooks: Hooks, said: dict[str, list[str]]) -> None:
    """An empty list would ask for nothing; null asks for all."""
    [error] = await refused(hooks.store, hooks.create(**said))
    assert (error.code, error.field) == (ErrorCode.INVALID_VALUE, (next(iter(said)),))


async def test_an_update_replaces_what_is_given(hooks: Hooks) -> None:
    """Null removes a bound; what is not given stays."""
    first = (await hooks.create(locations=["MAIN"], skus=["TEA-1"], description="ERP")).webhook
    changed = await hooks.webhooks.update(
        first.id, url="https://new.example/", locations=None, events=(EXPIRED,), request=request_info()
    )
    expected = replace(first, url="https://new.example/", locations=None, events=(EXPIRED,))
    assert changed.secret is None
    assert changed.webhook == replace(expected, version=2, changed_at=changed.webhook.changed_at)
    assert await refused(hooks.store, hooks.webhooks.update(first.id, request=request_info())) == [
        InvalidValue(what="An update of a webhook", rule="must change something", field=("id",))
    ]
    errors = await refused(
        hooks.store, hooks.webhooks.update(first.id, url="http://a.b", events=(), skus=(), request=request_info())
    )
    assert [error.field for error in errors] == [("url",), ("events",), ("skus",)]


async def test_a_webhook_is_paused_and_goes_on(hooks: Hooks) -> None:
    """As often as its owner likes."""
    first = (await hooks.create()).webhook
    for is_enabled, state in ((False, WebhookState.PAUSED), (True, WebhookState.ACTIVE), (True, WebhookState.ACTIVE)):
        changed = await hooks.webhooks.update(first.id, is_enabled=is_enabled, request=request_info())
        assert changed.webhook.state is state


async def test_a_replaced_secret_signs_for_a_while(hooks: Hooks) -> None:
    """Until the overlap is over; a second rotation does not lengthen that, and one without an overlap ends them all."""
    first = (await hooks.create()).webhook
    for number, overlap in ((2, 2 * DAY), (3, DAY)):
        changed = await hooks.webhooks.rotate_secret(first.id, overlap_seconds=overlap, request=request_info())
        assert changed.secret == secret(number)
    webhook = changed.webhook
    now = webhook.secrets[0].made_at
    assert webhook.valid_secrets(now) == (secret(3), secret(2), secret(1))
    assert webhook.valid_secrets(Moment(now + DAY * SECOND - 1)) == (secret(3), secret(2), secret(1))
    assert webhook.valid_secrets(Moment(now + DAY * SECOND)) == (secret(3),)
    for overlap in (-1, MAX_SECRET_OVERLAP_SECONDS + 1):
        [error] = await refused(
            hooks.store, hooks.webhooks.rotate_secret(first.id, overlap_seconds=overlap, request=request_info())
        )
        assert error.field == ("overlapSeconds",)
    for _ in range(MAX_SECRETS - 3):
        await hooks.webhooks.rotate_secret(first.id, overlap_seconds=DAY, request=request_info())
    [error] = await refused(
        hooks.store, hooks.webhooks.rotate_secret(first.id, overlap_seconds=DAY, request=request_info())
    )
    assert "more than 10 secrets" in error.message
    last = await hooks.webhooks.rotate_secret(first.id, overlap_seconds=0, request=request_info())
    assert last.webhook.valid_secrets(START) == (last.secret,)


async def test_a_deleted_webhook_has_no_secret_and_waits_for_nothing(hooks: Hooks) -> None:
    """It can still be read. Nothing more is done to it, and deleting it again with the key says that it is done."""
    webhook = (await hooks.create()).webhook
    waiting = a_delivery(webhook_id=webhook.id)
    await hooks.deliveries.keep([waiting])
    changed = await hooks.webhooks.delete(webhook.id, request=request_info("d"))
    assert (changed.webhook.state, changed.webhook.secrets) == (WebhookState.DELETED, ())
    kept = await hooks.webhooks.delivery(waiting.id)
    assert kept == replace(waiting, state=DeliveryState.DEAD, ended_at=START)
    assert (await hooks.webhooks.delete(webhook.id, request=request_info("d"))).outcome.replayed
    for request in (
        hooks.webhooks.update(webhook.id, is_enabled=True, request=request_info()),
        hooks.webhooks.rotate_secret(webhook.id, overlap_seconds=0, request=request_info()),
        hooks.webhooks.delete(webhook.id, request=request_info()),
        hooks.webhooks.redeliver(webhook.id, deliveries=None, since=at(START), request=request_info()),
    ):
        assert await refused(hooks.store, request) == [wrong_state(webhook)]


async def test_an_unknown_webhook_is_said_to_be(hooks: Hooks) -> None:
    """By every change."""
    for request in (
        hooks.webhooks.update(NO_ID, is_enabled=True, request=request_info()),
        hooks.webhooks.rotate_secret(NO_ID, overlap_seconds=0, request=request_info()),
        hooks.webhooks.delete(NO_ID, request=request_info()),
        hooks.webhooks.redeliver(NO_ID, deliveries=None, since=at(START), request=request_info()),
    ):
        assert await refused(hooks.store, request) == [UnknownDocument(kind="WEBHOOK", id=NO_ID)]


async def test_a_receiver_that_is_gone_ends_what_it_was_asked_by_alone(hooks: Hooks) -> None:
    """Where the URL was changed meanwhile, another receiver is meant. Its owner may enable it again."""
    webhook = (await hooks.create()).webhook
    moved = (await hooks.webhooks.update(webhook.id, url="https://new.example/", request=request_info())).webhook
    await hooks.webhooks.mark_gone(webhook)
    assert await hooks.webhooks.count_webhooks(WebhookFilter(states=(WebhookState.GONE,))) == 0
    await hooks.webhooks.mark_gone(moved)
    await hooks.webhooks.mark_gone(moved)  # as another process may
    [gone] = (await hooks.webhooks.webhooks(WebhookFilter(), first=9, after=None)).nodes
    assert (gone.state, gone.version) == (WebhookState.GONE, 3)
    changed = await hooks.webhooks.update(webhook.id, is_enabled=True, request=request_info())
    assert changed.webhook.state is WebhookState.ACTIVE


async def test_lists_are_narrowed_by_state_and_event(hooks: Hooks) -> None:
    """The newest first."""
    names = ("a", "b", "c")
    made = [
        (await hooks.create(f"https://{name}.example/", events=[EXPIRED] if name == "b" else [LEVEL_CHANGED])).webhook
        for name in names
    ]
    await hooks.webhooks.update(made[0].id, is_enabled=False, request=request_info())

    async def urls(where: WebhookFilter) -> list[str]:
        found = await whole(lambda after: hooks.webhooks.webhooks(where, first=2, after=after))
        assert await hooks.webhooks.count_webhooks(where) == len(found)
        return [each.url[8] for each in found]

    ordered = sorted(made, key=lambda each: (each.created_at, each.id), reverse=True)
    assert await urls(WebhookFilter()) == [each.url[8] for each in ordered]
    assert await urls(WebhookFilter(states=(WebhookState.PAUSED,))) == ["a"]
    assert sorted(await urls(WebhookFilter(states=(WebhookState.ACTIVE,)))) == ["b", "c"]
    assert await urls(WebhookFilter(event=EXPIRED, states=(WebhookState.ACTIVE,))) == ["b"]
    assert await urls(WebhookFilter(states=())) == []


async def test_there_is_a_bound_on_how_many_there_are(hooks: Hooks) -> None:
    """What was created before it was reached is still answered to its key."""
    info = CommandInfo(operation_id="o", kind="webhookCreate", actor="shop", idempotency_key="k")
    first = CreateWebhook(info=info, url=URL, events=(EXPIRED,), secret=secret(1), others=199, allow_private=False)
    late = replace(first, others=MAX_WEBHOOKS)
    assert await refused(hooks.store, hooks.store.run(late)) == [
        InvalidValue(what="The number of webhooks", rule="must be at most 200", field=("url",))
    ]
    outcome = await hooks.store.run(first)
    assert structs.replace(await hooks.store.run(late), replayed=False) == outcome


class Full:
    """All documents of a server that has as many webhooks as it may."""

    async def count_documents(self, _: object) -> int:
        return MAX_WEBHOOKS

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - the other methods of the port
        raise NotImplementedError(name)


async def test_webhooks_that_are_not_visible_count_for_the_limit(store: Store, store_database: Database | None) -> None:
    """Else each principal might have as many."""
    hooks = hooks_over(store, store_database, all_documents=Full())
    assert await refused(store, hooks.create()) == [
        InvalidValue(what="The number of webhooks", rule="must be at most 200", field=("url",))
    ]


async def given_deliveries(hooks: Hooks, webhook: Webhook) -> list[str]:
    """Keep a dead delivery, one that failed, one that was not tried yet, one that was taken; return their ids."""
    made = [a_delivery(number, webhook_id=webhook.id) for number in range(1, 5)]
    await hooks.deliveries.keep(made)
    for ended in (dead(made[0]), tried(made[1], [replace(TAKEN, status=500)]), tried(made[3], [TAKEN])):
        await hooks.deliveries.record(ended)
    return [each.id for each in made]


async def test_what_died_or_failed_is_sent_again_when_somebody_asks(hooks: Hooks) -> None:
    """The dead begins anew, out of order; the one that failed is due now, in its place. Repeating asks for no more."""
    webhook = (await hooks.create()).webhook
    ids = await given_deliveries(hooks, webhook)
    hooks.store.clock.move(seconds=60)
    done = await hooks.webhooks.redeliver(webhook.id, deliveries=ids[:2], since=None, request=request_info("k"))
    assert done.count == 2
    one, two = [await hooks.webhooks.delivery(identity) for identity in ids[:2]]
    assert one is not None is not two
    now = hooks.store.clock.now
    assert (one.state, one.attempts, one.is_in_order, one.next_at) == (DeliveryState.PENDING, 0, False, now)
    assert (two.state, two.attempts, two.is_in_order, two.next_at) == (DeliveryState.PENDING, 1, True, now)
    again = dead(one, at=Moment(now + SECOND))
    await hooks.deliveries.record(again)
    repeated = await hooks.webhooks.redeliver(webhook.id, deliveries=ids[:2], since=None, request=request_info("k"))
    assert (repeated.outcome.replayed, repeated.count) == (True, 2)
    assert await hooks.webhooks.delivery(ids[0]) == again


async def test_all_that_died_since_a_time_is_sent_again(hooks: Hooks) -> None:
    """Of this webhook, and what is not dead is left alone."""
    webhook, other = (await hooks.create()).webhook, (await hooks.create()).webhook
    ids, others = await given_deliveries(hooks, webhook), await given_deliveries(hooks, other)
    hooks.store.clock.move(seconds=60)
    late = await hooks.webhooks.redeliver(webhook.id, deliveries=None, since=at(START + 1), request=request_info())
    assert late.count == 0
    for never in (START + 10 * 365 * 86_400_000_000, 0):
        never_since = hooks.webhooks.redeliver(webhook.id, deliveries=None, since=at(never), request=request_info())
        assert [error.field for error in await refused(hooks.store, never_since)] == [("since",)]
    done = await hooks.webhooks.redeliver(webhook.id, deliveries=None, since=at(START), request=request_info())
    assert done.count == 1
    states = [(await hooks.deliveries.deliveries([each]))[each].state for each in (*ids, *others)]
    dead_, pending, taken = DeliveryState.DEAD, DeliveryState.PENDING, DeliveryState.DELIVERED
    assert states == [pending, pending, pending, taken, dead_, pending, pending, taken]


async def test_what_cannot_be_sent_again_is_said_of_each(hooks: Hooks) -> None:
    """Unknown ones, those of another webhook, and those that were taken."""
    webhook, other = (await hooks.create()).webhook, (await hooks.create()).webhook
    ids, others = await given_deliveries(hooks, webhook), await given_deliveries(hooks, other)
    asked = [ids[0], "none", others[0], ids[3]]
    assert await refused(
        hooks.store, hooks.webhooks.redeliver(webhook.id, deliveries=asked, since=None, request=request_info())
    ) == [
        UnknownDocument(kind=DELIVERY_KIND, id="none", field=("deliveries", "1")),
        UnknownDocument(kind=DELIVERY_KIND, id=others[0], field=("deliveries", "2")),
        WrongState(kind=DELIVERY_KIND, id=ids[3], state="DELIVERED", field=("deliveries", "3")),
    ]
    for deliveries, since in ((None, None), (ids[:1], at(START))):
        [error] = await refused(
            hooks.store,
            hooks.webhooks.redeliver(webhook.id, deliveries=deliveries, since=since, request=request_info()),
        )
        assert error.field == ("deliveries",)
    [error] = await refused(
        hooks.store, hooks.webhooks.redeliver(webhook.id, deliveries=[], since=None, request=request_info())
    )
    assert error == TooManyLines(count=0, maximum=250, field=("deliveries",))
    [error] = await refused(
        hooks.store, hooks.webhooks.redeliver(webhook.id, deliveries=ids[:1] * 2, since=None, request=request_info())
    )
    assert error.field == ("deliveries",)


async def test_racing_rotations_each_have_a_secret_of_their_own(hooks: Hooks) -> None:
    """And all of them sign."""
    webhook = (await hooks.create()).webhook
    changed = await asyncio.gather(
        *(hooks.webhooks.rotate_secret(webhook.id, overlap_seconds=DAY, request=request_info()) for _ in range(5))
    )
    [kept] = (await hooks.webhooks.webhooks(WebhookFilter(), first=9, after=None)).nodes
    assert set(kept.valid_secrets(START)) == {secret(1), *(each.secret for each in changed)}
    operations: list[Operation] = [each.outcome.operation for each in changed]
    assert len({operation.id for operation in operations}) == 5
