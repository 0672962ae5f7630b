"""From bytes to models and back.

- `Serializer`: the whole way, and the only name that other packages need besides `ValidationError` and `SLICE_SIZE`.
- `converter`: cattrs converters for the three ways of reading: fast, explaining, strict.
- `readers`, `classes`: the functions that read and write one class.
- `constructed`: classes that are read through their constructor.
- `unions`: values told apart by `_type`, or by what JSON made of them.
- `primitives`: texts, numbers, words and times, read without guessing.
- `unknowns`: values that this version cannot read, kept as they came.
- `unknown_keys`: what a ``dict`` in a request holds beside the fields of the model that it stands for.
- `slices`: large lists and maps, read with pauses.
- `times`: the forms of a time.
- `kinds`: what a user may ask to be read.
- `losses`: what JSON would not bring back.
- `doubts`: whether integers of more than 64 bits may have been lost.
- `mismatch`: where in the data it went wrong, and why.
"""

from .serializer import Serializer
from .slices import SLICE_SIZE
from .validation_error import ValidationError

__all__ = ["SLICE_SIZE", "Serializer", "ValidationError"]
