"""The docstrings of the methods: each lists the arguments of its method, what it raises, and what it sends."""

import inspect
import re

import pytest

from ..helpers import api_surface

_METHODS = api_surface.methods()
_COMPOSED = [method for method in api_surface.all_methods() if str(method) in api_surface.COMPOSED]


def _entries(method: api_surface.Method, section: str) -> list[str]:
    """The names of the entries in a section of a docstring."""
    found = re.search(rf"^{section}:\n((?: {{4}}.*\n)+)", inspect.getdoc(method.function) or "", re.MULTILINE)
    return [] if found is None else re.findall(r"^ {4}(\w+): \S", found[1], re.MULTILINE)


@pytest.mark.parametrize("method", _METHODS, ids=str)
class TestMethod:
    def test_says_what_it_does(self, method: api_surface.Method) -> None:
        assert inspect.getdoc(method.function)

    def test_names_all_its_arguments_in_their_order(self, method: api_surface.Method) -> None:
        assert _entries(method, "Args") == list(method.parameters)

    def test_names_the_errors_that_every_call_can_raise(self, method: api_surface.Method) -> None:
        raised = _entries(method, "Raises")
        assert "TransportError" in raised
        if method.parameters:
            assert raised[0] == "InvalidRequestError"

    def test_ends_with_the_request_of_an_operation(self, method: api_surface.Method) -> None:
        assert method.request in {
            f"{operation.method} {operation.path}" for operation in api_surface.operations().values()
        }


@pytest.mark.parametrize("method", _COMPOSED, ids=str)
def test_a_composed_method_lists_its_arguments_errors_and_operations(method: api_surface.Method) -> None:
    assert _entries(method, "Args") == list(method.parameters)
    assert _entries(method, "Raises")[0] == "InvalidRequestError"
    made_of = (inspect.getdoc(method.function) or "").rpartition("Made of")[2]
    paths = set(re.findall(r"(/[^\s`]+)``", made_of))
    assert paths
    assert paths <= {operation.path for operation in api_surface.operations().values()}


def test_every_operation_is_the_request_of_one_method() -> None:
    requests = sorted(f"{operation.method} {operation.path}" for operation in api_surface.operations().values())
    assert sorted(str(method.request) for method in _METHODS) == requests
