"""After `DixaClient.preload()` nothing is left to load or to compile."""

import pickle
import subprocess
import sys
from typing import Any

from dixa_async.serialization import Serializer

from ..helpers import api_surface
from ..helpers.exhaustive_values import exhaustive_values

_PROGRAM = """
import pickle, sys
calls = sys.stdin.buffer.read()
from dixa_async import DixaClient, Operation
DixaClient.preload()
loaded = set(sys.modules)

from dixa_async.serialization import Serializer, classes, converter, readers
compiled = []
def refuse(*what):
    compiled.append(what[:-1])
    raise AssertionError("compiled after preload")
classes.build = readers.build = converter.DixaConverter._placing_hook = refuse

operations = {
    value.id: value
    for name, module in sys.modules.items() if name.startswith("dixa_async.resources")
    for value in vars(module).values() if isinstance(value, Operation)
}
serializer = Serializer.shared()
for id, responses, bodies in pickle.loads(calls):
    serializer.structure(responses, list[operations[id].response_type])
    for response in responses:
        serializer.structure(response, operations[id].response_type)
    for body in bodies:
        serializer.encode_request(body, operations[id].body)
print(sorted(set(sys.modules) - loaded), compiled)
"""


def _call(operation: Any) -> tuple[str, Any, list[Any]]:
    """The ID of an operation, everything that it can return, as JSON, and everything that it can be sent."""
    responses = [] if operation.response_type is None else exhaustive_values(operation.response_type)
    return (
        operation.id,
        Serializer.shared().unstructure(responses),
        [] if operation.body is None else exhaustive_values(operation.body),
    )


def test_nothing_is_left_to_load_or_to_compile_for_any_operation() -> None:
    calls = pickle.dumps([_call(operation) for operation in api_surface.operations().values()])
    done = subprocess.run([sys.executable, "-c", _PROGRAM], input=calls, capture_output=True, check=False)
    assert (done.stderr.decode(), done.stdout.decode()) == ("", "[] []\n")
