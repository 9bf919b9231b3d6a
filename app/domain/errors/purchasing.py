"""Errors about the terms of a supplier, and about who may order from it."""

from app.domain.errors.base import Conflict, ErrorCode, Field
from app.domain.money import Money, decimal_of


class QuantityNotOffered(Conflict):
    """The supplier does not sell this quantity; `enough` is the next quantity that it sells, in units."""

    code = ErrorCode.QUANTITY_NOT_OFFERED

    def __init__(
        self,
        *,
        supplier: str,
        sku: str,
        quantity: int,
        minimum_quantity: int,
        pack_size: int,
        enough: int,
        field: Field = ("id",),
    ) -> None:
        self.supplier, self.sku, self.quantity = supplier, sku, quantity
        self.minimum_quantity, self.pack_size, self.enough = minimum_quantity, pack_size, enough
        super().__init__(
            f"{quantity} of {sku} ordered; {supplier} sells {minimum_quantity} or more, in packs of {pack_size}: "
            f"{enough} would do.",
            field=field,
            facts={
                "supplier": supplier,
                "sku": sku,
                "quantity": quantity,
                "minimum_quantity": minimum_quantity,
                "pack_size": pack_size,
                "enough": enough,
            },
        )


class BelowOrderValue(Conflict):
    """The order is worth less than the supplier's minimum order value. Units of unknown cost count as 0."""

    code = ErrorCode.BELOW_ORDER_VALUE

    def __init__(self, *, supplier: str, value: Money, minimum: Money, field: Field = ("id",)) -> None:
        self.supplier, self.value, self.minimum = supplier, value, minimum
        super().__init__(
            f"The order is worth {decimal_of(value)}; {supplier} takes orders of {decimal_of(minimum)} or more.",
            field=field,
            facts={"supplier": supplier, "value": value, "minimum": minimum},
        )


class ApprovalRequired(Conflict):
    """The order is worth more than the principal may order, or what it is worth is not known."""

    code = ErrorCode.APPROVAL_REQUIRED

    def __init__(self, *, value: Money, limit: Money, unvalued: int, field: Field = ("id",)) -> None:
        self.value, self.limit, self.unvalued = value, limit, unvalued
        unknown = f", with {unvalued} units of unknown cost" if unvalued else ""
        super().__init__(
            f"The order is worth {decimal_of(value)}{unknown}; your approval limit is {decimal_of(limit)}. Let someone "
            "with a higher one submit it.",
            field=field,
            facts={"value": value, "limit": limit, "unvalued": unvalued},
        )
