"""What the user asked for."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOptions:
    """The options of the command. `speed` is in trading days a minute; without a `duration` it plays until Ctrl-C."""

    url: str
    key: str | None = field(default=None, repr=False)
    speed: float
    seed: int
    duration_seconds: float | None
    patience_seconds: float
    is_quiet: bool
