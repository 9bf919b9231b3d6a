"""What an operation cost by what it returned: lists with as many entries as they have.

Rule: it is never more than the bound that was charged. Counting takes no more than a look at each list, so that it
costs little beside what filled the lists; where lists make a small part of the bound, nothing is counted.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

Variables = Mapping[str, Any]

# Of the bound. Below, what would be given back is not worth counting: most mutations, whose lists are of errors.
MIN_SHARE = 0.25


class Selected(NamedTuple):
    """A selection: what it costs besides its lists, the fields that are lists or have lists below, and its lines.

    The lines of a mutation are work, whatever it returns of them.
    """

    constant: float = 0.0
    fields: tuple["SelectedField", ...] = ()
    lines: tuple[Callable[[Variables], float], ...] = ()

    @classmethod
    def all(cls, selected: Sequence["Selected"]) -> "Selected":
        """Return all of them as one."""
        return cls(
            sum(each.constant for each in selected),
            tuple(field for each in selected for field in each.fields),
            tuple(lines for each in selected for lines in each.lines),
        )


class SelectedField(NamedTuple):
    """A field: its name in the response, what each entry costs, or the object where it is no list."""

    name: str
    is_list: bool
    entry: float
    below: Selected


def returned_cost(selected: Selected, variables: Variables, data: Mapping[str, Any], *, requested: int) -> int:
    """Return the cost of a result whose bound was `requested`."""
    least = selected.constant
    for lines in selected.lines:
        least += lines(variables)
    if not selected.fields or least > requested * (1 - MIN_SHARE):
        return requested
    return min(requested, ceil(least + _of_fields(selected.fields, (data,))))


def _of_fields(fields: tuple[SelectedField, ...], objects: Sequence[Mapping[str, Any] | None]) -> float:
    """Return what the lists of these fields cost in all objects: field by field, which takes half the time."""
    total = 0.0
    for name, is_list, entry, below in fields:
        values = [value for each in objects if each and (value := each.get(name))]
        if not values:
            continue
        if is_list:
            total += sum(map(len, values)) * (entry + below.constant)
            values = [each for value in values for each in value] if below.fields else []
        total += _of_fields(below.fields, values)
    return total
