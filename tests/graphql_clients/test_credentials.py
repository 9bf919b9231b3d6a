"""A client that is set up as the page about signing in prints it follows what becomes of its credentials."""

import asyncio
import json
from asyncio.subprocess import PIPE
from pathlib import Path

from app.domain.access.grant import Grant
from app.domain.access.role import Role
from app.domain.access.scope import Scope
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.graphql.printed import texts
from tests.graphql_clients.test_dashboards import BROWSER, PROGRAMS, Program
from tests.support.access import Administration

CLIENT = texts("js", "docs/operate/sign-in.md")[0]
FOLLOW = """
client.on('connected', () => console.log('connected'))
client.subscribe(
  { query: 'subscription { stockLevels(filter: { skus: ["NONE"] }) { kind } }' },
  { next() {}, error() {}, complete() {} },
)
"""


async def test_graphql_ws_connects_again_after_4403_and_stops_at_4401(
    node: list[str], database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """With the credential that it has by then; and its user is asked to sign in."""
    settings = settings_of(mongo_url, redis_url, database.name, auth="required", data_dir=tmp_path)
    administration = Administration(settings)
    await administration.keep(Role(name="reader", scopes=frozenset({Scope.STOCK_READ})))
    first = await administration.key("first", Grant(roles=frozenset({"reader"})))
    second = await administration.key("second")
    async with served(settings) as server:
        given = (
            f"const tokens = {json.dumps([first.text, second.text])}\n"
            "const currentToken = async () => tokens.shift()\n"
            "const showSignIn = () => console.log('sign in')\n"
        )
        client = CLIENT.replace("wss://stock.example/", f"ws://127.0.0.1:{server.port}/")
        script = PROGRAMS / f".credentials-{tmp_path.name}.mjs"  # beside node_modules
        script.write_text(BROWSER + given + client + FOLLOW)
        process = await asyncio.create_subprocess_exec(*node, script, stdout=PIPE)
        program = Program(process)
        try:
            await program.prints("connected")
            await administration.keep(Role(name="reader", scopes=frozenset()))
            await program.prints("connected")
            await administration.revoke(second)
            await program.prints("sign in")
        finally:
            process.kill()
            await process.wait()
            script.unlink()
