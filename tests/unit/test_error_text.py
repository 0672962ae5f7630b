"""What logs say about an error."""

import re

import pytest

from dixa_async import SerializationError, from_json
from dixa_async._error_text import place_of


def test_an_error_of_this_package_is_placed_where_the_program_called_it() -> None:
    with pytest.raises(SerializationError) as caught:
        from_json(b"{", int)
    assert re.fullmatch(r"SerializationError at test_error_text\.py:\d+", place_of(caught.value))


def test_another_error_is_placed_where_it_was_raised() -> None:
    with pytest.raises(ValueError, match="seven") as caught:
        int("seven")
    assert re.fullmatch(r"ValueError at test_error_text\.py:\d+", place_of(caught.value))


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(ValueError("a secret")) == "ValueError"
