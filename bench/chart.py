"""A line as a picture: SVG that documentation shows, on light and on dark pages."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from math import ceil, log10

Place = tuple[float, float]

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 44, 52
TICKS = 5

_GREY, _LINE = "#7a7f87", "#2f7dd1"  # readable on white and on near-black
_TEXT = f'font-family="system-ui, sans-serif" font-size="12" fill="{_GREY}"'


def line_chart(points: Sequence[tuple[float, float]], *, title: str, x_label: str, y_label: str) -> str:
    """Return a chart of points in the order of their x, with both axes from 0. Raises ValueError for fewer than two."""
    if len(points) < 2:
        raise ValueError("A line has two points at least.")
    x_max, y_max = (max(point[axis] for point in points) for axis in (0, 1))
    x_step, y_step = _step(x_max), _step(y_max)
    x_end, y_end = (x_step * ceil(x_max / x_step), y_step * ceil(y_max / y_step))

    def place(x: float, y: float) -> Place:
        across, up = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
        return round(LEFT + across * x / x_end, 1), round(HEIGHT - BOTTOM - up * y / y_end, 1)

    line = " ".join(f"{across},{down}" for across, down in (place(x, y) for x, y in points))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {_TEXT}>',
        f"<title>{escape(title)}</title>",
        f'<text x="{LEFT}" y="24" font-size="15">{escape(title)}</text>',
        *_grid(y_step, y_end, lambda y: (place(0, y), place(x_end, y)), is_upright=False),
        *_grid(x_step, x_end, lambda x: (place(x, 0), place(x, 0)), is_upright=True),
        f'<polyline points="{line}" fill="none" stroke="{_LINE}" stroke-width="2"/>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 10}" text-anchor="end">{escape(x_label)}</text>',
        f'<text x="{LEFT}" y="38">{escape(y_label)}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _step(maximum: float) -> float:
    """Return a round distance between lines of a grid: 1, 2 or 5 times a power of ten."""
    rough = max(maximum, 1e-9) / TICKS
    power = 10.0 ** ceil(log10(rough) - 1)
    return next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= rough)


def _grid(step: float, end: float, ends: Callable[[float], tuple[Place, Place]], *, is_upright: bool) -> Iterator[str]:
    for number in range(round(end / step) + 1):
        value = number * step
        (x1, y1), (x2, y2) = ends(value)
        if is_upright:
            yield f'<text x="{x1}" y="{y1 + 18}" text-anchor="middle">{value:,.0f}</text>'
        else:
            yield f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{_GREY}" stroke-opacity="0.3"/>'
            yield f'<text x="{x1 - 8}" y="{y1 + 4}" text-anchor="end">{value:,.0f}</text>'
