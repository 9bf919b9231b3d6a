"""What the tests of limited principals share: a stocked shop, and clients that see all or a part of it."""

from collections.abc import AsyncIterator

import pytest

from app.bootstrap import open_application
from app.domain.access.grant import Grant
from app.domain.access.principal import TRUSTED
from app.domain.access.visibility import EVERYTHING
from app.store.driver.client import Database
from tests.graphql.access.limited_world import AT_HERE, OF_TEA, Stage, World, clerk, clients_of
from tests.graphql.api import settings_of
from tests.support.access import Administration


@pytest.fixture(scope="module")
async def stage(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Stage]:
    """Return a stocked shop that the tests of this module share."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    principals = (TRUSTED, clerk(EVERYTHING), clerk(AT_HERE), clerk(OF_TEA))
    async with open_application(settings) as application, clients_of(application, *principals) as clients:
        boss, wide, at_here, of_tea = clients
        await Administration(settings).key("clerk", Grant(scopes=clerk().scopes))
        world = World(boss)
        await world.stock()
        yield Stage(
            world=world, application=application, database=lasting_database, wide=wide, at_here=at_here, of_tea=of_tea
        )
