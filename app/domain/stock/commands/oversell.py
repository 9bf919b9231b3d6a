"""Oversell policy of tills: how far sales at a location may exceed the record, for every command that records sales."""

from app.domain.catalog.catalog import OversellPolicy
from app.domain.command import View
from app.domain.errors import InsufficientStock, InventoryError, OversellUnconfirmed
from app.domain.stock.level_change import Allowance


def sale_allowance(view: View, location: str, *, is_confirmed: bool) -> Allowance:
    """Return the allowance of sales at a location; `is_confirmed` counts where its policy is ASK."""
    policy = _policy(view, location)
    is_allowed = policy is OversellPolicy.ALLOW or (policy is OversellPolicy.ASK and is_confirmed)
    return Allowance.OVERSALE if is_allowed else Allowance.NONE


def sale_refusal(view: View, refusal: InventoryError, *, is_confirmed: bool) -> InventoryError:
    """Return the refusal of a sale, OversellUnconfirmed where the policy is ASK and the sale is not confirmed."""
    if not isinstance(refusal, InsufficientStock) or is_confirmed:
        return refusal
    if _policy(view, refusal.location) is not OversellPolicy.ASK:
        return refusal
    return OversellUnconfirmed(
        sku=refusal.sku,
        location=refusal.location,
        requested=refusal.requested,
        available=refusal.available,
        field=refusal.field,
    )


def _policy(view: View, location: str) -> OversellPolicy:
    found = view.location(location)
    return OversellPolicy.REFUSE if found is None else found.oversell_policy
