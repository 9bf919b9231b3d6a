"""What became of the rows, counted while it happens, so that an import that is stopped has its figures too."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class ImportTally:
    """The counts of one run, in rows.

    `unchanged` say what is so already; `recorded_before` were applied by a try that was cut off. `new_items` counts
    those of `applied` whose item a rehearsal did not find, `doubted` those that may have a slip.
    """

    applied: int = 0
    unchanged: int = 0
    recorded_before: int = 0
    rejected: int = 0
    new_items: int = 0
    doubted: int = 0
    seconds: float = 0.0

    @property
    def rows(self) -> int:
        """The rows of which it is known what became of them."""
        return self.applied + self.unchanged + self.recorded_before + self.rejected

    @property
    def rows_per_second(self) -> float:
        """How fast they went."""
        return self.rows / self.seconds if self.seconds else 0.0

    def figures(self) -> dict[str, int | float]:
        """Return all figures by name."""
        return {"rows": self.rows, "rows_per_second": round(self.rows_per_second, 1), **asdict(self)}
