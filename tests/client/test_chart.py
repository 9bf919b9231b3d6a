"""Pictures of measurements."""

from xml.etree.ElementTree import fromstring

import pytest

from app.client.chart import BOTTOM, HEIGHT, LEFT, TOP, WIDTH, ChartLine, ChartMark, line_chart

SVG = "{http://www.w3.org/2000/svg}"


def test_a_line_goes_through_its_points_and_stays_on_the_picture() -> None:
    """From the left edge on, with the largest value below the top."""
    points = [(0.0, 130.0), (250.0, 131.5), (1_000.0, 131.0)]
    chart = fromstring(line_chart([ChartLine("", points)], title="Memory < 1 GiB", x_label="events", y_label="MiB"))  # noqa: S314 - ours
    (line,) = chart.iter(f"{SVG}polyline")
    places = [tuple(map(float, each.split(","))) for each in line.attrib["points"].split()]
    assert places[0][0] == LEFT
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert all(LEFT <= x <= WIDTH and TOP <= y <= HEIGHT for x, y in places)
    assert places[1][1] < places[2][1] < places[0][1]
    texts = [each.text for each in chart.iter(f"{SVG}text")]
    assert {"Memory < 1 GiB", "events", "MiB", "0", "1,000", "150"} <= set(texts)


def test_one_point_is_no_line() -> None:
    """A measurement that ended at once has no picture."""
    with pytest.raises(ValueError, match="two points"):
        line_chart([ChartLine("", [(0.0, 1.0)])], title="", x_label="", y_label="")


def test_lines_have_a_legend_and_marks_a_name() -> None:
    """Each line has a colour of its own; what happened is a line from top to bottom."""
    lines = [ChartLine(name, [(0.0, 1.0), (60.0, value)]) for name, value in (("median", 12.0), ("p99", 4_000.0))]
    marks = [ChartMark(30.0, "kill-mongod")]
    chart = fromstring(  # noqa: S314 - ours
        line_chart(lines, title="Latency", x_label="minutes", y_label="ms", marks=marks, is_logarithmic=True)
    )
    shown = list(chart.iter(f"{SVG}polyline"))
    assert len({line.attrib["stroke"] for line in shown}) == 2
    ends = [float(line.attrib["points"].split(",")[-1]) for line in shown]
    assert TOP <= ends[1] < ends[0] < HEIGHT - BOTTOM
    assert {"median", "p99", "1", "10", "100", "1,000", "10,000"} <= {each.text for each in chart.iter(f"{SVG}text")}
    [mark] = [line for line in chart.iter(f"{SVG}line") if line.find(f"{SVG}title") is not None]
    assert mark.attrib["x1"] == mark.attrib["x2"] == str(LEFT + (WIDTH - LEFT - 20) / 2)
    assert mark.findtext(f"{SVG}title") == "kill-mongod"
