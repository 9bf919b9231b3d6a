"""Runs migrations as a start does, or as processes whose lease was lost do."""

from app.store.driver.client import Database
from app.store.migrations.migration import BEGINNING, Migration
from app.store.migrations.migrator import Migrator
from app.store.migrations.search_fields import SEARCH_FIELDS_OF_ITEMS, SEARCH_FIELDS_OF_LEVELS

SEARCH_FIELDS = (SEARCH_FIELDS_OF_ITEMS, SEARCH_FIELDS_OF_LEVELS)


async def migrate(database: Database, *migrations: Migration, holder: str = "test") -> list[str]:
    """Run them, and return what the operator reads."""
    said = list[str]()
    await Migrator(database, holder=holder, report=said.append, migrations=migrations).run()
    return said


async def step_through(database: Database, migration: Migration) -> int:
    """Do all steps without a lease or a record; return how many documents were changed."""
    after: str | None = BEGINNING
    changed = 0
    while after is not None:
        step = await migration.step(database, after)
        after, changed = step.after, changed + step.changed
    return changed
