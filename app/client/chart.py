"""Lines as a picture: SVG that documentation shows, on light and on dark pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 760, 320
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 44, 52
TICKS = 5
COLOURS = ("#2f7dd1", "#d1722f", "#2f9e63", "#a05bc4", "#c43d4f", "#8a8d2b")  # readable on white and on near-black
MAX_LINES = len(COLOURS)

_GREY = "#7a7f87"
_TEXT = f'font-family="system-ui, sans-serif" font-size="12" fill="{_GREY}"'
_LETTER = 6.6  # width of a letter of that size, about
_LEGEND_GAP = 34


@dataclass(frozen=True, slots=True)
class ChartLine:
    """Points in the order of their x. The name stands in the legend, which a chart of one line has not."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class ChartMark:
    """Something that happened at x; the name is shown where the pointer is."""

    x: float
    name: str


def line_chart(
    lines: Sequence[ChartLine],
    *,
    title: str,
    x_label: str,
    y_label: str,
    marks: Sequence[ChartMark] = (),
    is_logarithmic: bool = False,
) -> str:
    """Return a chart with its x axis from 0, and its y axis from 0 or, where it is logarithmic, from a power of ten.

    Raises ValueError where no line has two points, or there are more than MAX_LINES.
    """
    shown = [line for line in lines if len(line.points) > 1]
    if not shown or len(shown) > MAX_LINES:
        raise ValueError(f"A chart has one to {MAX_LINES} lines of two points at least.")
    x_axis = _Linear(max(x for line in shown for x, _ in line.points), begin=LEFT, length=WIDTH - LEFT - RIGHT)
    values = [y for line in shown for _, y in line.points]
    y_axis = (_Logarithmic if is_logarithmic else _linear_upwards)(values)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {_TEXT}>',
        f"<title>{escape(title)}</title>",
        f'<text x="{LEFT}" y="20" font-size="15">{escape(title)}</text>',
        *_rows(y_axis),
        *_columns(x_axis),
        *_marks(x_axis, marks),
        *_lines(shown, x_axis, y_axis),
        *(_legend(shown) if len(shown) > 1 else ()),
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 10}" text-anchor="end">{escape(x_label)}</text>',
        f'<text x="{LEFT}" y="38">{escape(y_label)}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Linear:
    """An axis from 0 to a round number."""

    def __init__(self, maximum: float, *, begin: float, length: float) -> None:
        self._step = _step(maximum)
        self._end = self._step * max(1, ceil(maximum / self._step))
        self._begin, self._length = begin, length

    def place(self, value: float) -> float:
        return round(self._begin + self._length * value / self._end, 1)

    def ticks(self) -> list[float]:
        return [number * self._step for number in range(round(self._end / self._step) + 1)]


class _Logarithmic:
    """An upward axis between two powers of ten; what is below stands at its foot."""

    def __init__(self, values: Sequence[float]) -> None:
        positive = [value for value in values if value > 0] or [1.0]
        self._low = floor(log10(min(positive)))
        self._high = max(ceil(log10(max(positive))), self._low + 1)

    def place(self, value: float) -> float:
        share = (log10(value) - self._low) / (self._high - self._low) if value > 0 else 0.0
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(0.0, share), 1)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self._low, self._high + 1)]


_Axis = _Linear | _Logarithmic


def _linear_upwards(values: Sequence[float]) -> _Linear:
    return _Linear(max(values), begin=HEIGHT - BOTTOM, length=-(HEIGHT - TOP - BOTTOM))


def _step(maximum: float) -> float:
    """Return a round distance between lines of a grid: 1, 2 or 5 times a power of ten."""
    rough = max(maximum, 1e-9) / TICKS
    power = 10.0 ** ceil(log10(rough) - 1)
    return next(factor * power for factor in (1, 2, 5, 10, 20) if factor * power >= rough)


def _rows(axis: _Axis) -> Iterator[str]:
    for value in axis.ticks():
        down = axis.place(value)
        yield f'<line x1="{LEFT}" y1="{down}" x2="{WIDTH - RIGHT}" y2="{down}" stroke="{_GREY}" stroke-opacity="0.3"/>'
        yield f'<text x="{LEFT - 8}" y="{down + 4}" text-anchor="end">{_figure(value)}</text>'


def _columns(axis: _Linear) -> Iterator[str]:
    for value in axis.ticks():
        yield f'<text x="{axis.place(value)}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_figure(value)}</text>'


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 or value == 0 else f"{value:g}"


def _marks(axis: _Linear, marks: Sequence[ChartMark]) -> Iterator[str]:
    for mark in marks:
        across = axis.place(mark.x)
        yield (
            f'<line x1="{across}" y1="{TOP}" x2="{across}" y2="{HEIGHT - BOTTOM}" stroke="{_GREY}" '
            f'stroke-opacity="0.7" stroke-dasharray="3 3"><title>{escape(mark.name)}</title></line>'
        )


def _lines(lines: Sequence[ChartLine], x_axis: _Linear, y_axis: _Axis) -> Iterator[str]:
    for line, colour in zip(lines, COLOURS, strict=False):
        points = " ".join(f"{x_axis.place(x)},{y_axis.place(y)}" for x, y in line.points)
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'


def _legend(lines: Sequence[ChartLine]) -> Iterator[str]:
    """Yield the names in a row that ends at the right."""
    across = WIDTH - RIGHT - sum(len(line.name) * _LETTER + _LEGEND_GAP for line in lines) + _LEGEND_GAP / 2
    for line, colour in zip(lines, COLOURS, strict=False):
        yield f'<line x1="{across:.0f}" y1="34" x2="{across + 12:.0f}" y2="34" stroke="{colour}" stroke-width="3"/>'
        yield f'<text x="{across + 16:.0f}" y="38">{escape(line.name)}</text>'
        across += len(line.name) * _LETTER + _LEGEND_GAP
