"""Lists of which only what is asked for was read."""

from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from app.domain.excerpt import Excerpt, Extent, entries_between, length_of

PLACES = st.tuples(st.integers(0, 12), st.integers(0, 12))


@given(length=st.integers(0, 10), asked=st.lists(PLACES, max_size=4), start=st.integers(0, 12), stop=st.integers(0, 12))
def test_an_excerpt_has_what_was_asked_for_and_says_of_the_rest_that_it_was_not_read(
    length: int, asked: list[tuple[int, int]], start: int, stop: int
) -> None:
    """Pages in any order, overlapping or empty; what was not read is never taken for what is not there."""
    whole = tuple(range(100, 100 + length))
    places = Extent.asking({"lines": asked}).of("lines")
    read = [whole[first:end] for first, end in places]
    excerpt = Excerpt.of(chain.from_iterable(read), places, length=length)
    assert length_of(excerpt) == length_of(whole) == length
    for first, end in asked:
        assert entries_between(excerpt, first, end) == whole[first:end]
    known = {place for first, end in asked for place in range(first, end)}
    wanted = set(range(start, min(stop, length)))
    try:
        assert entries_between(excerpt, start, stop) == whole[start:stop]
    except LookupError:
        assert not wanted <= known
