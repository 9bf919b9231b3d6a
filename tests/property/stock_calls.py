"""Calls that change what levels have, and their settings. See tests.property.random_calls."""

from app.domain.stock.commands.adjust_many import Adjustment
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from tests.property.random_calls import LATEST, Client, Kinds, Made


class StockCalls(Client):
    """What a client asks for of stock."""

    def adjust(self) -> Made:
        """Receive or take units at one level."""
        key, delta, reason = self._key(), self._few() - 2, self._reason()
        is_sure = self.chance(50)
        return lambda store, said: store.stock.adjust(
            key, delta=delta or 6, reason=reason, confirm_oversell=is_sure, request=said
        )

    def take(self) -> Made:
        """Find that units are gone, whatever was promised of them."""
        key, delta = self._key(), self._few()
        reason = self._dice.choice([MovementReason.LOST, MovementReason.DAMAGED, MovementReason.COUNT])
        return lambda store, said: store.stock.adjust(key, delta=-delta, reason=reason, request=said)

    def adjust_many(self) -> Made:
        """Receive or take them at several."""
        lines = [Adjustment(key=key, delta=self._few() - 2 or 3, reason=self._reason()) for key in self._keys()]
        is_atomic = self.chance(60)
        return lambda store, said: store.stock.adjust_many(lines, is_atomic=is_atomic, request=said)

    def sell(self) -> Made:
        """Sell at one location, perhaps beyond the record, or take back."""
        code, is_sure = self._code(), self.chance(50)
        lines = [
            SaleLine(sku=sku, quantity=-self._few() if self.chance(20) else self._few())
            for sku in (*self._skus(), *self._skus())
        ]
        return lambda store, said: store.stock.record_sale(
            code, lines, channel=None, confirm_oversell=is_sure, request=said
        )

    def take_back(self) -> Made:
        """Take back what was sold in a sale, or what was not."""
        code, sale = self._code(), self._dice.choice(self._known.sales[-LATEST:] or ["none"])
        lines = [SaleLine(sku=sku, quantity=-self._dice.randint(1, 3)) for sku in self._skus()]
        return lambda store, said: store.stock.record_sale(code, lines, channel=None, return_of=sale, request=said)

    def set(self) -> Made:
        """Say how many units there are, whatever was believed, or if that is true."""
        key, quantity, believed = self._key(), 2 * (self._few() - 1), self._dice.choice([None, None, self._few()])
        return lambda store, said: store.stock.set(
            key,
            quantity=quantity,
            reason=MovementReason.COUNT,
            expected_on_hand=believed,
            expected_version=None,
            is_forced=believed is None,
            request=said,
        )

    def set_many(self) -> Made:
        """Say how many units there are of several."""
        lines = [
            StockSetting(key=key, quantity=4 * self._few(), reason=self._reason(), **self._belief())
            for key in self._keys()
        ]
        is_atomic = self.chance(50)
        return lambda store, said: store.stock.set_many(lines, is_atomic=is_atomic, request=said)

    def configure(self) -> Made:
        """Let a level promise more or less than it has."""
        key, limit = self._key(), 3 * (self._few() - 1)
        return lambda store, said: store.stock.configure(key, backorder_limit=limit, request=said)

    def reclassify(self) -> Made:
        """Find units damaged, or well again."""
        key, quantity = self._key(), self._few()
        source, target = self._dice.sample([None, *UnavailableReason], 2)
        return lambda store, said: store.stock.reclassify(
            key, quantity=quantity, source=source, target=target, request=said
        )

    def write_off(self) -> Made:
        """Give up units that may not be sold."""
        key, quantity, reason = self._key(), self._dice.randint(1, 2), self._class()
        return lambda store, said: store.stock.write_off(key, quantity=quantity, reason=reason, request=said)

    def _version(self) -> int | None:
        return self._dice.randint(1, 40) if self.chance(20) else None

    def _belief(self) -> dict[str, int | bool]:
        version = self._version()
        return {"is_forced": True} if version is None else {"expected_version": version}


KINDS: Kinds = {
    StockCalls.adjust: 8,
    StockCalls.take: 3,
    StockCalls.adjust_many: 5,
    StockCalls.sell: 6,
    StockCalls.take_back: 3,
    StockCalls.set: 2,
    StockCalls.set_many: 2,
    StockCalls.configure: 2,
    StockCalls.reclassify: 6,
    StockCalls.write_off: 5,
}
