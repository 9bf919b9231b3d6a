"""Calls about what is ordered by itself: policies, needs, and runs. See tests.property.random_calls."""

from collections.abc import Mapping
from typing import Any

from app.domain.outcome import Outcome
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.replenishment.policy_defaults import PolicyScope
from app.domain.time import Moment
from app.services.request_info import RequestInfo
from tests.property.catalog_calls import CATEGORIES
from tests.property.random_calls import CODES, SKUS, Client, Kinds, Made
from tests.support.clock import SECOND, START
from tests.support.replenishment import machinery
from tests.support.store import Store

_METHODS: tuple[Mapping[str, Any], ...] = (
    {"method": ReplenishmentMethod.MIN_MAX, "reorder_point": 6, "target_level": 12},
    {"method": ReplenishmentMethod.FIXED_QUANTITY, "reorder_point": 4, "order_quantity": 5},
    {"method": ReplenishmentMethod.PERIODIC, "target_level": 15, "review_days": 1},
    {"method": ReplenishmentMethod.DEMAND_BASED, "service_level": 0.95},
    {"method": ReplenishmentMethod.NONE, "reorder_point": 3},
    {"method": None, "reorder_point": None},
)


class ReplenishmentCalls(Client):
    """What a client asks for of what orders by itself."""

    def set_policy(self) -> Made:
        """Let a level go by a policy of its own, or by what it inherits."""
        key, settings = self._key(), self._settings()
        return lambda store, said: store.stock.configure(key, settings=settings, request=said)

    def set_defaults(self) -> Made:
        """Let many levels inherit a policy."""
        (scope, name), settings = self._scope(), self._settings()
        return lambda store, said: store.policies.set(scope, name, settings, request=said)

    def clear_defaults(self) -> Made:
        """Let them inherit nothing there."""
        scope, name = self._scope()
        return lambda store, said: store.policies.clear(scope, name, request=said)

    def decline(self) -> Made:
        """Want nothing ordered for a level, until some moment of the game or for good."""
        key, is_worse = self._key(), self.chance(50)
        until = Moment(START + self._dice.randint(5, 90) * SECOND) if is_worse or self.chance(50) else None
        return lambda store, said: machinery(store).replenishment.snooze(
            key, until=until, even_if_worse=is_worse, request=said
        )

    def want_again(self) -> Made:
        """Want it ordered after all."""
        key = self._key()
        return lambda store, said: machinery(store).replenishment.resume(key, request=said)

    def run(self) -> Made:
        """Order now what is needed."""
        skus, codes = (self._dice.choice([None, None, tuple(names[:2])]) for names in (SKUS, CODES))
        is_review = self.chance(50)

        async def run(store: Store, said: RequestInfo) -> Outcome:
            replenishment = machinery(store).replenishment
            return (await replenishment.run(skus=skus, locations=codes, is_review=is_review, request=said)).outcome

        return run

    def _scope(self) -> tuple[PolicyScope, str]:
        scope = self._dice.choice(list(PolicyScope))
        names = {
            PolicyScope.ITEM: SKUS,
            PolicyScope.CATEGORY: CATEGORIES,
            PolicyScope.LOCATION: CODES,
            PolicyScope.EVERYTHING: ("",),
        }
        return scope, self._dice.choice(names[scope])

    def _settings(self) -> SettingsChange:
        values = dict(self._dice.choice(_METHODS))
        if self.chance(30):
            values["resupply_from"] = self._code()
        if self.chance(30):
            values |= {"alert_margin": self._dice.randint(0, 3), "overstock_point": 20}
        return SettingsChange(**values)


KINDS: Kinds = {
    ReplenishmentCalls.set_policy: 3,
    ReplenishmentCalls.set_defaults: 2,
    ReplenishmentCalls.clear_defaults: 2,
    ReplenishmentCalls.decline: 3,
    ReplenishmentCalls.want_again: 3,
    ReplenishmentCalls.run: 2,
}
