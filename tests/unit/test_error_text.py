"""What logs say about an error."""

from dixa_async import SerializationError, from_json
from dixa_async._error_text import place_of


def test_an_error_of_this_package_is_placed_where_the_program_called_it() -> None:
    try:
        from_json(b"{", int)
    except SerializationError as error:
        line = error.__traceback__.tb_lineno  # type: ignore[union-attr]
        assert place_of(error) == f"SerializationError at test_error_text.py:{line}"


def test_another_error_is_placed_where_it_was_raised() -> None:
    try:
        int("seven")
    except ValueError as error:
        assert place_of(error).startswith("ValueError at test_error_text.py:")


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(ValueError("a secret")) == "ValueError"
