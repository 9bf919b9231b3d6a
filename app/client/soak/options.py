"""What the user asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

AUDIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakOptions:
    """How long, how much, and what is harmed. `fault_names` are None for no faults, and empty for all."""

    seconds: float
    rate: float
    seed: int
    fault_names: Sequence[str] | None
    fault_every_seconds: float
    subscribers: int
    report: Path
    stops_on_failure: bool
    is_quiet: bool
    command: str

    @property
    def audit_seconds(self) -> float:
        """How often everything is compared: each minute, and thrice in a soak of less."""
        return min(AUDIT_SECONDS, self.seconds / 3)
