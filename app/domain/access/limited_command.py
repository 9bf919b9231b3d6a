"""A command of a principal that sees a part of the stock.

Rule: it decides on a LimitedView, and what it decides is checked again, so it changes nothing that is not visible,
whatever the command is. Its input, and so its fingerprint and its repeats, are those of the command.
"""

from collections.abc import Iterator

from msgspec import Struct, structs

from app.domain.access.limited_errors import limited_error, limited_errors, unseen_location
from app.domain.access.limited_view import LimitedView
from app.domain.access.visibility import Visibility
from app.domain.command import Command, Decision, Line, ReadSet, View, unknown
from app.domain.document import Document
from app.domain.errors import InvalidValue, InventoryError, Refused, UnknownItem, UnknownLocation
from app.domain.operation import CommandInfo
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.domain.reservations.reservation import Reservation
from app.domain.time import Moment


class LimitedCommand(Struct, frozen=True, kw_only=True):
    """A command, and the visibility of the principal that requested it."""

    command: Command
    visibility: Visibility

    @property
    def info(self) -> CommandInfo:
        return self.command.info

    def content(self) -> object:
        return self.command.content()

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        return self.command.validate(now=now)

    def read_set(self) -> ReadSet:
        """Return what the command needs to read, and the items where their categories decide."""
        wanted = self.command.read_set()
        if self.visibility.categories is None:
            return wanted
        items = (*wanted.items, *wanted.stocked, *wanted.on_hand_of)
        return structs.replace(wanted, items=tuple(dict.fromkeys(items)), every_item=True)

    def decide(self, view: View) -> Decision:
        """Decide. Raises what the command raises, of which no error names what is not visible."""
        limited = LimitedView(view, self.visibility)
        try:
            decision = self.command.decide(limited)
            self._check(decision, view, limited)
        except Refused as refused:
            raise Refused(*limited_errors(refused.errors, self.visibility, shows_item=limited.shows_item)) from refused
        except InventoryError as error:
            raise limited_error(error, self.visibility, shows_item=limited.shows_item) from error
        if not decision.refusals:
            return decision
        limited_refusals = {
            line: limited_error(error, self.visibility, shows_item=limited.shows_item)
            for line, error in decision.refusals.items()
        }
        return structs.replace(decision, refusals=limited_refusals)

    def _check(self, decision: Decision, view: View, limited: LimitedView) -> None:
        """Raise an InventoryError where something would change that is not visible."""
        for line in decision.lines:
            self._check_line(line, limited)
        for item in decision.items:
            limited.check_item(item)
        for location in decision.locations:
            if limited.location(location.code) is None and self.visibility.locations is not None:
                raise UnknownLocation(location=location.code, field=("code",))
        for document in decision.documents:
            self._check_document(document, view, limited)

    def _check_line(self, line: Line, limited: LimitedView) -> None:
        """Raise where a level may not change. At the other end of a transfer, units may only be on their way."""
        if limited.lends(line.key):
            if not is_about_units_to_come(line):
                raise unseen_location(line.key.location)
        elif not self.visibility.shows_location(line.key.location):
            raise UnknownLocation(location=line.key.location, field=("location",))
        elif not limited.shows_item(line.key.sku):
            raise UnknownItem(sku=line.key.sku, field=("sku",))

    def _check_document(self, document: Document, view: View, limited: LimitedView) -> None:
        known = view.document(document.key)
        match document:
            case PolicyDefaults(scope=PolicyScope.EVERYTHING):
                rule = "can be changed only by those who see everything"
                raise InvalidValue(what="The policy for everything", rule=rule, field=("scope",))
            case PolicyDefaults(scope=PolicyScope.CATEGORY) if not limited.shows(document):
                rule = "must be one of those to which the caller is limited"
                raise InvalidValue(what="The category of a policy", rule=rule, field=("name",))
            case Reservation() if self.visibility.locations is not None and document.waits_anywhere_at_all:
                rule = "must name the locations that may send them"
                raise InvalidValue(what="An order whose units wait", rule=rule, field=("lines",))
        if not limited.shows(document) or (known is not None and limited.document(document.key) is None):
            raise unknown(document.key)


def is_about_units_to_come(line: Line) -> bool:
    """Tell whether a movement changes no unit at its location, but only what is incoming or planned there."""
    change = line.change
    to_come = structs.replace(change, incoming=0, planned=0, pledged=0, declined=None, takes_up=False)
    return to_come == type(change)()
