"""The enums of subscriptions."""

from app.domain.live.events import DocumentEventKind, LevelEventKind
from schema.enums.described import described

__all__ = ["DocumentEventKind", "LevelEventKind"]

described(
    DocumentEventKind,
    name="DocumentEventKind",
    description="Why a document, such as a reservation, a transfer or an alert, is sent.",
    values={
        DocumentEventKind.SNAPSHOT: "It was there when the subscription began.",
        DocumentEventKind.CHANGE: "It was changed.",
    },
)

described(
    LevelEventKind,
    name="StockLevelEventKind",
    description="Why a level is sent.",
    values={
        LevelEventKind.SNAPSHOT: "The level was there when the subscription began.",
        LevelEventKind.CHANGE: "The level just changed.",
        LevelEventKind.RESYNC: "The level changed while the server was cut off from its event channel.",
    },
)
