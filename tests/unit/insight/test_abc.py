"""ABC classes: the first 80 % of the value, the next 15 %, and the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.insight.abc import AbcClass, abc_classes

A, B, C = AbcClass.A, AbcClass.B, AbcClass.C


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ({}, {}),
        ({"x": 7}, {"x": A}),
        ({"x": 0, "y": -3}, {"x": C, "y": C}),
        ({"x": 80, "y": 15, "z": 5}, {"x": A, "y": B, "z": C}),
        ({"x": 79, "y": 16, "z": 5}, {"x": A, "y": A, "z": C}),  # y passes the 80 %, and so belongs to the first
        ({"x": 79, "y": 15, "z": 6}, {"x": A, "y": A, "z": B}),
        ({"x": 100, "y": 0, "z": -50}, {"x": A, "y": C, "z": C}),
        ({"b": 10, "a": 10}, {"a": A, "b": A}),
        ({f"i{number}": 10 for number in range(10)}, {f"i{number}": "AAAAAAAABB"[number] for number in range(10)}),
        (
            {f"i{number:02}": 1 for number in range(20)},
            {f"i{number:02}": ("A" * 16 + "BBB" + "C")[number] for number in range(20)},
        ),
    ],
)
def test_items_are_classed_by_their_share_of_the_value(values: dict[str, int], classes: dict[str, AbcClass]) -> None:
    """The item that passes a limit is still of the class before it; what is worth nothing is C."""
    assert abc_classes(values) == classes


@given(st.dictionaries(st.text(max_size=3), st.integers(-(10**12), 10**18)))
def test_classes_never_rise_as_values_fall(values: dict[str, int]) -> None:
    """Every item has a class; A alone make up 80 % or more, A and B 95 % or more; and without the last, they do not."""
    classes = abc_classes(values)
    assert classes.keys() == values.keys()
    assert list(classes.values()) == sorted(classes.values())
    assert list(classes) == sorted(values, key=lambda name: (-values[name], name))
    total = sum(value for value in values.values() if value > 0)
    for names, percent in (({A}, 80), ({A, B}, 95)):
        inside = [values[name] for name in classes if classes[name] in names]
        if total:
            assert 100 * sum(inside) >= percent * total > 100 * sum(inside[:-1])
        else:
            assert inside == []
