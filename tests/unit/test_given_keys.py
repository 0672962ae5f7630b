"""The rows that were given are known again, in little memory."""

import tracemalloc

from hypothesis import given, strategies as st

from dixa_async.exports.given_keys import GivenKeys

KEYS = st.text(max_size=3) | st.integers(-(10**6), 10**6) | st.binary(max_size=3)


@given(st.lists(KEYS, max_size=200), st.lists(KEYS, max_size=50), st.lists(KEYS, max_size=50))
def test_what_was_added_before_is_known_and_nothing_else(
    before: list[object], after: list[object], others: list[object]
) -> None:
    keys = GivenKeys()
    for key in before:
        keys.add(key)
    was_given = keys.lookup()
    for key in after:
        keys.add(key)
    known = {hash(key) for key in before}
    assert all(was_given(key) == (hash(key) in known) for key in before + after + others)
    was_given_now = keys.lookup()
    assert all(map(was_given_now, before + after))
    assert len(keys) == len(before + after)
    assert all(was_given(key) == (hash(key) in known) for key in before + after + others)


def test_they_take_eight_bytes_each_and_not_much_more_to_look_up() -> None:
    tracemalloc.start()
    try:
        keys = GivenKeys()
        for number in range(20_000):
            keys.add(f"m{number}")
        was_given = keys.lookup()
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert was_given("m5")
    assert kept < 10 * 20_000
    assert peak < 20 * 20_000
