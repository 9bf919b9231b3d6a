"""Errors about the terms of a supplier."""

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
