"""Create, change, archive and restore suppliers."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.domain.catalog.commands.archiving import Archiving
from app.domain.catalog.commands.name_checks import name_errors, required_name
from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError
from app.domain.money import given_money
from app.domain.operation import CommandInfo
from app.domain.partial_update import UNCHANGED, Unchanged, given, updated
from app.domain.purchasing.commands.supplier_checks import known_supplier
from app.domain.purchasing.supplier import Supplier, supplier_key
from app.domain.time import Moment
from app.domain.validation import email_errors, info_errors, lead_time_errors, money_errors, supplier_code_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertSupplier:
    """Create a supplier, or change the given values of it.

    Who has an approval limit may not turn on `auto_submit`: the server would submit orders above it.
    """

    info: CommandInfo
    code: str
    name: str | Unchanged = UNCHANGED
    email: str | Unchanged | None = UNCHANGED
    lead_time_days: int | Unchanged = UNCHANGED
    ordering_cost: Decimal | Unchanged | None = UNCHANGED
    minimum_order_value: Decimal | Unchanged | None = UNCHANGED
    auto_submit: bool | Unchanged = UNCHANGED
    has_approval_limit: bool = False

    def content(self) -> object:
        return (
            self.code,
            given(self.name),
            given(self.email),
            given(self.lead_time_days),
            given(given_money(self.ordering_cost)),
            given(given_money(self.minimum_order_value)),
            given(self.auto_submit),
        )

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from supplier_code_errors(self.code, field=("code",))
        if not isinstance(self.name, Unchanged):
            yield from name_errors(self.name)
        if isinstance(self.email, str):
            yield from email_errors(self.email)
        if isinstance(self.lead_time_days, int):
            yield from lead_time_errors(self.lead_time_days)
        if isinstance(self.ordering_cost, Decimal):
            yield from money_errors(self.ordering_cost, what="An ordering cost", field=("orderingCost",))
        if isinstance(self.minimum_order_value, Decimal):
            what = "A minimum order value"
            yield from money_errors(self.minimum_order_value, what=what, field=("minimumOrderValue",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(supplier_key(self.code),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InvalidValue where a new supplier has no name, or `auto_submit` may not be turned on."""
        old = known_supplier(view, self.code)
        if old is None:
            old = Supplier(id=self.code, name=required_name(self.name), created_at=view.now)
        supplier = replace(
            old,
            name=updated(self.name, old.name),
            email=updated(self.email, old.email),
            lead_time_days=updated(self.lead_time_days, old.lead_time_days),
            ordering_cost=updated(given_money(self.ordering_cost), old.ordering_cost),
            minimum_order_value=updated(given_money(self.minimum_order_value), old.minimum_order_value),
            auto_submit=updated(self.auto_submit, old.auto_submit),
        )
        if self.has_approval_limit and supplier.auto_submit and not old.auto_submit:
            rule = "may be turned on only by someone without an approval limit"
            raise InvalidValue(what="Automatic submission", rule=rule, field=("autoSubmit",))
        return Decision(documents=(supplier,))


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSupplier(Archiving):
    """Archive a supplier, or restore it.

    Nothing is ordered from an archived one; its open orders may still be received.
    """

    code: str

    def content(self) -> object:
        """Return the input; what was looked up for it is not part of it."""
        return (self.code, *self.terms)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from supplier_code_errors(self.code, field=("code",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(supplier_key(self.code),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument or StillOpen."""
        supplier = required(view, supplier_key(self.code), Supplier, field=("code",))
        self.check_open_work(kind="supplier", name=self.code, was_archived=supplier.is_archived, field="code")
        return Decision(documents=(replace(supplier, is_archived=self.is_archived),))
