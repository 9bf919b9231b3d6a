"""The dashboard that the guide prints runs as it is printed, and comes back after an interruption."""

import asyncio
import json
import re
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

from app.domain.alerts.alert import AlertType
from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import served
from tests.graphql.printed import texts
from tests.graphql.proxy import Proxy

PROGRAMS = Path(__file__).parents[2] / "build" / "clients"
DEADLINE_SECONDS = 60  # reached only by a failure
BROWSER = "import './browser.mjs'\n"
BLOCKS = [text.replace("export const", "const") for text in texts("js", "docs/guides/dashboards.md")]
SHOP = """
mutation { locationUpsert(input: {code: "LONDON", name: "London"}) { userErrors { message } } }
"""
ITEM = """
mutation { itemUpsert(input: {sku: "TEA-001", name: "Tea", reorderPoint: 5}) { userErrors { message } } }
"""
ADJUST = """
mutation Adjust($delta: Int!) {
  stockAdjust(input: {sku: "TEA-001", location: "LONDON", delta: $delta, reason: CORRECTION}) { userErrors { message } }
}
"""
FIGURE = re.compile(r"(totals|alerts|movers) (.+)")


class Program:
    """A running dashboard, and what it has printed. `figures` are the latest of each kind, which come in between."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout
        self._lines = process.stdout
        self.figures: dict[str, Any] = {}

    async def prints(self, *expected: str) -> None:
        """Wait until each of these lines was printed once, in any order, and no other one before the last of them."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            printed = [await self._line() for _ in expected]
        assert sorted(printed) == sorted(expected)

    async def shows(self, figure: str, expected: object) -> None:
        """Wait until a figure is this."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while self.figures.get(figure) != expected:
                await self._read()

    async def _line(self) -> str:
        """Return the next line; what follows a start at once may come as a part of the snapshot, or by the database."""
        while (line := await self._read()) is None:
            pass
        return line.replace("RESYNC", "CHANGE").replace("OPEN LOW", "OPENED LOW")

    async def _read(self) -> str | None:
        """Return the next line; None where it was a figure."""
        line = (await self._lines.readline()).decode().strip()
        if figure := FIGURE.fullmatch(line):
            self.figures[figure[1]] = json.loads(figure[2])
            return None
        return line


async def test_the_printed_dashboard_follows_levels_and_resumes_alerts(
    node: list[str], database: Database, mongo_url: str, redis_url: str, tmp_path: Path
) -> None:
    """After a cut there is a new snapshot of the levels, and of the alerts only what was missed."""
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        for text in (SHOP, ITEM):
            assert (await server.api.run(text))["userErrors"] == []
        await server.api.run(ADJUST, delta=7)
        proxy = Proxy("127.0.0.1", server.port)
        await proxy.open()
        script = PROGRAMS / f".dashboard-{tmp_path.name}.mjs"  # beside node_modules
        script.write_text(BROWSER + "\n".join(BLOCKS).replace(":8000", f":{proxy.port}"))
        process = await asyncio.create_subprocess_exec(*node, script, stdout=PIPE)
        program = Program(process)
        try:
            await program.prints("SNAPSHOT TEA-001 7")
            await server.api.run(ADJUST, delta=-3)
            await program.prints("CHANGE TEA-001 4", "OPENED LOW TEA-001")
            await proxy.shut()
            await server.api.run(ADJUST, delta=-4)
            await proxy.open()
            await program.prints("SNAPSHOT TEA-001 0", "ESCALATED OUT TEA-001")
            by_type = [{"type": each.name, "alerts": int(each is AlertType.OUT)} for each in AlertType]
            counts = {"alerts": 1, "acknowledged": 0, "byType": by_type}
            await program.shows("alerts", {"alertCounts": {"counts": counts}})
        finally:
            process.kill()
            await process.wait()
            script.unlink()
            await proxy.shut()
