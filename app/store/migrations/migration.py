"""What a migration is: a piece of work over a collection, done once, in steps.

Rule: a step may be done twice, by any number of processes at once, while others write; it reads what it changes again.
So a process that is killed has lost nothing, and two that run side by side work in vain at the worst.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.store.driver.client import Database

BEGINNING: Final = ""  # where a migration begins: no id comes before it


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationStep:
    """What one step has done. The next begins behind `after`; None ends the migration.

    `read` and `changed` count documents; `notes` are sentences for the operator.
    """

    after: str | None
    read: int
    changed: int
    notes: Sequence[str] = ()


Step = Callable[[Database, str], Awaitable[MigrationStep]]  # from a place on
Remaining = Callable[[Database, str], Awaitable[int]]  # documents behind a place


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One entry of the list.

    `name` is the id of its record in the database, and never changes. A higher `version` has everything gone through
    again. `since` is the release that first writes what the migration leaves: older ones may undo it, and it is run
    again when they have. `changes` is a sentence for the plan, `done` one with a count for the end. `remaining` returns
    how many documents are behind a place, 0 only where there are none, and needs the `index` of the `collection`;
    `per_second` is how many a second of a core goes through, of this process and mongod together, as measured once.
    Unless it `runs_beside_older`, it is refused while an older release runs.
    """

    number: int
    name: str
    version: int
    since: int
    changes: str
    collection: str
    unit: str
    done: str
    step: Step
    remaining: Remaining
    per_second: int
    index: str = "_id_"
    runs_beside_older: bool = True
