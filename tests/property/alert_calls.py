"""Calls about alerts. See tests.property.random_calls."""

from app.domain.time import Moment
from tests.property.random_calls import Client, Kinds, Made
from tests.support.clock import SECOND, START


class AlertCalls(Client):
    """What a client asks for of alerts."""

    def acknowledge(self) -> Made:
        """Take care of an alert."""
        identity = self._one_of(self._known.alerts)
        return lambda store, said: store.alerts.acknowledge(identity, request=said)

    def snooze(self) -> Made:
        """Want to hear nothing of it until some moment of the game, or wake it."""
        identity, moment = self._one_of(self._known.alerts), Moment(START + self._dice.randint(5, 90) * SECOND)
        until = moment if self.chance(80) else None
        return lambda store, said: store.alerts.snooze(identity, until=until, request=said)


KINDS: Kinds = {
    AlertCalls.acknowledge: 4,
    AlertCalls.snooze: 4,
}
