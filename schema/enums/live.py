"""The enums of subscriptions."""

from app.domain.live.events import DocumentEventKind, LevelEventKind
from schema.enums.described import described

__all__ = ["DocumentEventKind", "LevelEventKind"]

described(
    DocumentEventKind,
    name="DocumentEventKind",
    description="Why a subscription sends a document, such as a reservation or an alert.",
    values={
        DocumentEventKind.SNAPSHOT: "It matched when the subscription began.",
        DocumentEventKind.CHANGE: "It has changed.",
    },
)

described(
    LevelEventKind,
    name="StockLevelEventKind",
    description="Why a subscription sends a level.",
    values={
        LevelEventKind.SNAPSHOT: "The level matched when the subscription began.",
        LevelEventKind.CHANGE: "The level has changed.",
        LevelEventKind.RESYNC: "The level changed while the server had lost its event channel.",
    },
)
