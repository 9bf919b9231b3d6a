"""Request the redelivery of messages that a receiver has not accepted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError, Refused, TooManyLines, UnknownDocument, WrongState
from app.domain.limits import MAX_CLOCK_SKEW_SECONDS, MAX_REDELIVERIES
from app.domain.operation import CommandInfo
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.domain.validation import EARLIEST, info_errors
from app.domain.webhooks.commands.webhook_checks import NOT_DELETED
from app.domain.webhooks.delivery import DeliveryState
from app.domain.webhooks.webhook import Webhook, webhook_key

DELIVERY_KIND = "WEBHOOK_DELIVERY"  # in refusals; a delivery is not a document, and has no history


@dataclass(frozen=True, slots=True, kw_only=True)
class RedeliverWebhook:
    """The request that these deliveries, or all that died since a moment, are sent again.

    `known` are the present states of the named ones. The service carries it out after it is recorded, and again when it
    is repeated: only messages that were not accepted by then are sent again.
    """

    info: CommandInfo
    webhook_id: str
    deliveries: tuple[str, ...] | None = None
    since: Moment | None = None
    known: Mapping[str, DeliveryState]

    def content(self) -> object:
        return (self.webhook_id, self.deliveries, self.since)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        if (self.deliveries is None) == (self.since is None):
            rule = "must be given as deliveries or as the time since which they died"
            yield InvalidValue(what="What is sent again", rule=rule, field=("deliveries",))
        if self.deliveries is not None:
            if not 1 <= len(self.deliveries) <= MAX_REDELIVERIES:
                count = len(self.deliveries)
                yield TooManyLines(count=count, maximum=MAX_REDELIVERIES, field=("deliveries",))
            if len(set(self.deliveries)) < len(self.deliveries):
                yield InvalidValue(what="The deliveries", rule="must differ", field=("deliveries",))
        if (
            self.since is not None
            and not EARLIEST <= self.since <= now + MAX_CLOCK_SKEW_SECONDS * MICROSECONDS_PER_SECOND
        ):
            rule = "must be between the year 2000 and now"
            yield InvalidValue(what="The time since which they died", rule=rule, field=("since",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(webhook_key(self.webhook_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or WrongState, and Refused with each delivery that cannot be sent again."""
        required(view, webhook_key(self.webhook_id), Webhook, states=NOT_DELETED)
        refusals = list(self._refusals())
        if refusals:
            raise Refused(*refusals)
        return Decision()

    def _refusals(self) -> Iterator[InventoryError]:
        for index, identity in enumerate(self.deliveries or ()):
            state = self.known.get(identity)
            if state is None:
                yield UnknownDocument(kind=DELIVERY_KIND, id=identity, field=("deliveries", str(index)))
            elif state is DeliveryState.DELIVERED:
                field = ("deliveries", str(index))
                yield WrongState(kind=DELIVERY_KIND, id=identity, state=state.value, field=field)
