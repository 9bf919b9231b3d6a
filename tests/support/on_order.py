"""The proof that what levels expect is what documents say is to come, whoever sends it."""

from collections import Counter

from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import Transfer
from tests.support.store import Contents


def check_on_order(contents: Contents) -> None:
    """Prove that incoming units are on their way, planned ones on drafts or proposals, pledged ones on proposals."""
    incoming, planned, pledged = Counter[LevelKey](), Counter[LevelKey](), Counter[LevelKey]()
    for document in contents.documents:
        match document:
            case Transfer():
                for part in document.lines:
                    incoming[document.arriving(part.sku)] += part.outstanding
                    planned[document.arriving(part.sku)] += document.proposed.get(part.sku, 0)
                    pledged[document.leaving(part.sku)] += document.proposed.get(part.sku, 0)
            case PurchaseOrder():
                counted = planned if document.state is PurchaseOrderState.DRAFT else incoming
                for line in document.lines:
                    counted[document.arriving(line.sku)] += line.outstanding
    levels = {level.key: level for level in contents.levels}
    assert {key for key, units in (incoming + planned + pledged).items() if units} <= levels.keys()
    for key, level in levels.items():
        assert (level.incoming, level.planned, level.pledged) == (incoming[key], planned[key], pledged[key]), level
