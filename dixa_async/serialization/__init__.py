"""From bytes to models and back.

- `Serializer`: the whole way, and the only name that other packages need besides `ValidationError` and `SLICE_SIZE`.
- `converter`: cattrs converters for the three modes of reading: fast, explaining, strict.
- `readers`, `writers`: the generated functions that read and write one class; `classes`: what both know of it.
- `constructed`: classes that are read by calling their constructor.
- `unions`: members of a union are recognized by `_type`, or by their JSON type. An unknown tag becomes an `Unknown`.
- `primitives`: strings, numbers, enum values and times, read without coercion.
- `unknowns`: how an `Unknown` is made and written back.
- `unknown_keys`: keys of a ``dict`` in a request that the model does not have.
- `slices`: large lists and maps, read with pauses for the event loop.
- `times`: the formats of a time.
- `type_forms`: the types that can be read.
- `lossless`: values that JSON would not bring back as they are.
- `validation_error`: where data does not fit, and why.
"""

from .serializer import Serializer
from .slices import SLICE_SIZE
from .validation_error import ValidationError

__all__ = ["SLICE_SIZE", "Serializer", "ValidationError"]
