"""Parser of the Accept headers: media ranges and codings with their weights (RFC 9110, 12.4.2 and 12.5).

Rule: one parser for all of them; a malformed weight counts as 0, "not acceptable".
"""

import re

# At most 1, with at most three decimals. Java's own client leaves out the zero before the point.
_WEIGHT = re.compile(r"0?\.[0-9]{1,3}|0\.?|1(?:\.0{0,3})?", re.ASCII)


def weights(header: str) -> dict[str, float]:
    """Return the weight, between 0 and 1, of each media range or coding that a header lists, in lower case."""
    listed = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            listed[name] = _weight(parameters)
    return listed


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return 1.0
