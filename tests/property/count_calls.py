"""Calls about counts. See tests.property.random_calls."""

from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import UncountedRule
from app.domain.counting.count_line import CountMode
from app.domain.outcome import Outcome
from app.services.request_info import RequestInfo
from tests.property.catalog_calls import BARCODES
from tests.property.random_calls import Client, Kinds, Made
from tests.support.store import Store


class CountCalls(Client):
    """What a client asks for of counts."""

    def open_count(self) -> Made:
        """Begin to count a location, or a few items there."""
        code, mode = self._code(), self._dice.choice(list(CountMode))
        skus = tuple(self._skus()) if self.chance(30) else None
        return lambda store, said: store.counts.open(code, mode=mode, skus=skus, request=said)

    def record_count(self) -> Made:
        """Say what was seen: often less than is promised."""
        identity = self._one_of(self._known.counts)
        lines = [
            CountedUnits(sku=sku, quantity=2 * (self._few() - 1), starts_over=self.chance(20)) for sku in self._skus()
        ]
        if self.chance(20):
            lines.append(CountedUnits(barcode=self._dice.choice(BARCODES), quantity=self._few()))
        return lambda store, said: store.counts.record(identity, lines, request=said)

    def post_count(self) -> Made:
        """Let the record follow."""
        identity, rule = self._one_of(self._known.counts), self._dice.choice(list(UncountedRule))

        async def post(store: Store, said: RequestInfo) -> Outcome:
            return (await store.counts.post(identity, rule=rule, request=said)).outcome

        return post

    def cancel_count(self) -> Made:
        """Give a count up."""
        identity = self._one_of(self._known.counts)
        return lambda store, said: store.counts.cancel(identity, request=said)


KINDS: Kinds = {
    CountCalls.open_count: 3,
    CountCalls.record_count: 7,
    CountCalls.post_count: 6,
    CountCalls.cancel_count: 2,
}
