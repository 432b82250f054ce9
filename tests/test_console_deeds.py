import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.console.deeds import _mentions as mentioned_in

names = st.text("ab @_é", min_size=1, max_size=4).map(str.strip).filter(bool)


@settings(max_examples=200, deadline=None)
@given(st.sets(names, min_size=1, max_size=6), st.text("ab @_é!", max_size=30))
def test_whoever_is_mentioned_is_whom_a_pattern_of_all_names_finds(
    people: set[str], text: str
) -> None:
    known = "|".join(map(re.escape, sorted(people, key=lambda name: (-len(name), name))))
    expected = dict.fromkeys(re.findall(rf"(?<!\w)@({known})(?!\w)", text))
    assert mentioned_in(text, people) == tuple(expected)


def test_looking_for_mentions_takes_as_long_as_the_text_however_many_are_known() -> None:
    class Crowd(set[str]):
        asked = 0

        def __contains__(self, name: object) -> bool:
            self.asked += 1
            return super().__contains__(name)

        def __iter__(self) -> Iterator[str]:
            pytest.fail("went through everybody")

    crowd = Crowd(f"P{number}" for number in range(2000))
    assert mentioned_in("hello @P17 and @P1999!", crowd) == ("P17", "P1999")
    assert crowd.asked <= 64
    assert mentioned_in("nobody is named here", crowd) == ()
    assert crowd.asked <= 64
