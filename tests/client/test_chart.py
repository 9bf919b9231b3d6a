"""Pictures of measurements."""

from xml.etree.ElementTree import fromstring

import pytest

from bench.chart import HEIGHT, LEFT, TOP, WIDTH, line_chart

SVG = "{http://www.w3.org/2000/svg}"


def test_a_line_goes_through_its_points_and_stays_on_the_picture() -> None:
    """From the left edge on, with the largest value below the top."""
    points = [(0.0, 130.0), (250.0, 131.5), (1_000.0, 131.0)]
    chart = fromstring(line_chart(points, title="Memory < 1 GiB", x_label="events", y_label="MiB"))  # noqa: S314 - ours
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
        line_chart([(0.0, 1.0)], title="", x_label="", y_label="")
