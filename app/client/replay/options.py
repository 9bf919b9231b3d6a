"""What the user asked for."""

from dataclasses import dataclass, field
from pathlib import Path

from app.client.replay.simulation.terms import SimulationTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """The options of the command. `opening_units` is None for as much of each SKU as the file takes.

    With `terms`, policies are compared, each at a location of its own; without, the file is played at one.
    """

    file: Path
    url: str
    key: str | None = field(default=None, repr=False)
    connections: int
    location: str
    opening_units: int | None
    limit: int | None
    patience_seconds: float
    report: Path | None
    is_quiet: bool
    terms: SimulationTerms | None = None

    @property
    def locations(self) -> list[str]:
        """The codes of all locations that the command plays at."""
        return [self.location] if self.terms is None else list(self.terms.places(self.location).values())
