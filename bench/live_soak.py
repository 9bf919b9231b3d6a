"""`python -m bench.live_soak`: a million events to a thousand websockets, and a picture of the server's memory.

Rule: the last state of every subscriber is the database's, or there is no picture.
"""

import asyncio
from pathlib import Path

import click
import uvloop

from app.client.chart import ChartLine, line_chart
from bench.live_side import LiveSide, subscribed
from bench.stage import open_stage

SAMPLE_SECONDS = 0.5
PICTURE = Path("docs", "assets", "live-memory.svg")

_MIB = 1_048_576


@click.command()
@click.option("--messages", type=click.IntRange(1_000, 1_000_000_000), default=1_000_000, show_default=True)
@click.option("--subscribers", type=click.IntRange(1, 10_000), default=1_000, show_default=True)
@click.option("--rate", type=click.FloatRange(0.1, 1_000), default=20.0, show_default=True, help="Changes per second.")
@click.option(
    "--picture", type=click.Path(dir_okay=False, path_type=Path), default=PICTURE, show_default=True, help="SVG file."
)
def main(messages: int, subscribers: int, rate: float, picture: Path) -> None:
    """Deliver events, and draw the resident memory of the server over their number."""
    points = uvloop.run(_soaked(messages, subscribers, rate))
    title = f"Resident memory of one process with {subscribers:,} subscribers"
    chart = line_chart([ChartLine("", points)], title=title, x_label="events delivered, in thousands", y_label="MiB")
    picture.write_text(chart, encoding="utf-8")
    delivered = points[-1][0] * 1_000
    click.echo(f"{delivered:,.0f} events; {points[0][1]:.1f} MiB before, {points[-1][1]:.1f} MiB after: {picture}")


async def _soaked(messages: int, subscribers: int, rate: float) -> list[tuple[float, float]]:
    """Return the MiB of the server over thousands of events."""
    async with (
        open_stage(seconds=0, rounds=0) as stage,
        subscribed(await stage.live("live soak"), subscribers=subscribers) as side,
    ):
        points: list[tuple[float, float]] = []
        sampling = asyncio.create_task(_sample(side, points))
        run = await side.run(rate=rate, seconds=messages / subscribers / rate)
        sampling.cancel()
        await side.check_states()
        points.append(_point(run.received.messages, side))
        click.echo(
            f"{run.cpu_us:.1f} µs of CPU per event, {run.received.messages / run.seconds:,.0f} events per second"
        )
        return points


async def _sample(side: LiveSide, points: list[tuple[float, float]]) -> None:
    while True:
        points.append(_point(side.pool.messages if points else 0, side))
        await asyncio.sleep(SAMPLE_SECONDS)


def _point(messages: int, side: LiveSide) -> tuple[float, float]:
    return messages / 1_000, side.usage().memory_bytes / _MIB


if __name__ == "__main__":
    main()
