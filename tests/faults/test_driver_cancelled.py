"""Requests that are given up while the database is away cost nobody the client; it serves as soon as that is back."""

import asyncio
import random

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

from app.store.driver.client import Client, Database, close_client, open_client
from tests.graphql.proxy import proxy_to
from tests.support.waiting import DEADLINE_SECONDS

ROUNDS = 5
REQUESTS = 30
LOOK_SECONDS = 0.5  # after which PyMongo looks again for the server, every time; that is when it takes its lock back


async def test_requests_that_are_given_up_leave_the_client_alone(database: Database, mongo_url: str) -> None:
    """Half are cancelled in the moment in which all of them want the driver's lock; the others get an answer."""
    [(host, port)] = parse_uri(mongo_url)["nodelist"]
    async with proxy_to(host, port) as proxy:
        client = open_client(f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true", timeout_seconds=1)
        await proxy.shut()
        for _ in range(ROUNDS):
            requests = [asyncio.create_task(asked(client, database.name)) for _ in range(REQUESTS)]
            await asyncio.sleep(LOOK_SECONDS + random.uniform(-0.004, 0.006))  # noqa: S311 - about then
            for request in requests[::2]:
                request.cancel()
            async with asyncio.timeout(DEADLINE_SECONDS):
                answers = await asyncio.gather(*requests, return_exceptions=True)
            kinds = {type(answer).__name__ for answer in answers[1::2]}
            assert all(isinstance(answer, PyMongoError) for answer in answers[1::2]), kinds
        await proxy.open()
        async with asyncio.timeout(DEADLINE_SECONDS):
            while isinstance(await asked(client, database.name), PyMongoError):  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.05)
            await close_client(client)


async def asked(client: Client, name: str) -> object:
    """Ask for something, and return what came of it."""
    try:
        return await client[name]["levels"].find_one({})
    except PyMongoError as error:
        return error
