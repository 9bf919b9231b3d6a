"""What an operation cost by what it returned: lists with as many entries as they have.

Rule: it is never more than the bound that was charged. Counting takes no more than a look at each list, so that it
costs little beside what filled the lists; where lists make a small part of the bound, nothing is counted.
"""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from typing import Any, NamedTuple

Variables = Mapping[str, Any]

# Below, what would be given back is not worth counting: an operation without lists, or with short ones.
MIN_SHARE = 0.1


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
    return min(requested, ceil(least - selected.constant + _of_object(selected, data)))


def _of_object(selected: Selected, value: Mapping[str, Any]) -> float:
    total = selected.constant
    for name, is_list, entry, below in selected.fields:
        found = value.get(name)
        if not found:
            continue
        if not is_list:
            total += _of_object(below, found)
        elif below.fields:
            total += sum(entry + _of_object(below, each) for each in found if each is not None)
        else:
            total += len(found) * (entry + below.constant)
    return total
