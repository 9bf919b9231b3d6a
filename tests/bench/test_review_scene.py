"""The shop that the daily review is measured on."""

import random
from collections import Counter, defaultdict

from app.domain.time import Moment
from app.store.mapping.levels import level_of
from bench.review_scene import LOCATIONS, documents

LEVELS = 4_000
NOW = Moment(1_790_000_000_000_000)


def test_each_level_is_what_its_lines_add_up_to_and_one_in_ten_has_sold() -> None:
    """So that the review finds what any shop would have, written by ourselves or not."""
    written = defaultdict(list)
    for name, document in documents(LEVELS, now=NOW, chance=random.Random(1)):  # noqa: S311 - the same shop each time
        written[name].append(document)
    units, lines, sold = Counter[str](), Counter[str](), set[str]()
    for line in written["movements"]:
        identity = f"{line['location']}/{line['sku']}"
        units[identity] += line["change"]["on_hand"]
        lines[identity] += 1
        if line["reason"] == "SALE":
            sold.add(identity)
    assert len(written["levels"]) == LEVELS == len(written["items"]) * len(LOCATIONS)
    for stored in written["levels"]:
        level = level_of(stored)
        assert (level.on_hand, level.version) == (units[stored["_id"]], lines[stored["_id"]])
        assert (stored["status"], level.is_short) == ("IN_STOCK", False)
    assert 0.08 < len(sold) / LEVELS < 0.12
