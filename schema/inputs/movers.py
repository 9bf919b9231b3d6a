"""The filter of what moves most."""

import strawberry

from app.services.live.figures.live_figures import MAX_MOVER_LOCATIONS
from schema.inputs.given import each_once


@strawberry.input(
    name="TopMoversFilter", description="Filters the movements that count. What is left out does not restrict."
)
class TopMoversFilterInput:
    locations: list[str] | None = strawberry.field(
        default=None,
        description=f"Movements at these locations, at most {MAX_MOVER_LOCATIONS}: their codes. A transfer between two "
        "of them counts at both.",
    )

    def codes(self) -> tuple[str, ...] | None:
        """Return the codes of the locations."""
        return each_once(self.locations)
