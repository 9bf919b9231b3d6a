"""What a till may sell beyond the record: what each location says of it, whichever command records the sale."""

from app.domain.catalog.catalog import OversellPolicy
from app.domain.command import View
from app.domain.errors import InsufficientStock, InventoryError, OversellUnconfirmed
from app.domain.stock.level_change import Allowance


def sale_allowance(view: View, location: str, *, is_confirmed: bool) -> Allowance:
    """Return how far units sold at a location may go beyond what it has; `is_confirmed` answers one that asks."""
    policy = _policy(view, location)
    is_allowed = policy is OversellPolicy.ALLOW or (policy is OversellPolicy.ASK and is_confirmed)
    return Allowance.OVERSALE if is_allowed else Allowance.NONE


def sale_refusal(view: View, refusal: InventoryError, *, is_confirmed: bool) -> InventoryError:
    """Return the refusal of a sale as its location says it: a question where it asks and nobody has answered yet."""
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
