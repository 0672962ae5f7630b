"""Whether a request is the recorded one, although the values in the recording are pseudonyms.

Nobody can compute the pseudonyms again once their key is gone, and nobody needs to: what was equal in the recording
must be equal now, and what was different must be different. So each pseudonym is bound to the value that is sent where
it was recorded, and stands for it from then on, in requests and in responses.
"""

from typing import Any

import attrs

from .json_types import is_array, is_object
from .pseudonyms import Hidden, Pseudonyms
from .redaction import Hole, pseudonym_of


@attrs.define
class _Bound:
    values: dict[Hidden, Hidden] = attrs.field(factory=dict[Hidden, Hidden])
    """By their pseudonyms."""
    pseudonyms: dict[tuple[Hidden, bool], Hidden] = attrs.field(factory=dict[tuple[Hidden, bool], Hidden])
    """By their values, and by whether they are opaque: one value can have both."""


class Bindings:
    """The values that pseudonyms stand for in a replay.

    Args:
        pseudonyms: made the recording, if its key is known: then a value must have exactly its pseudonym.
    """

    def __init__(self, pseudonyms: Pseudonyms | None = None) -> None:
        self._exact = pseudonyms
        self._bound = _Bound()

    def difference(self, recorded: Any, made: Any) -> str | None:
        """Compare two requests, in which hidden values are holes. If they match, pseudonyms are bound to values.

        Args:
            recorded: what was recorded, with a hole for each pseudonym.
            made: what is sent now, with a hole for each value that would be hidden.

        Returns:
            Where they differ, without values; None if they match.
        """
        new = _Bound()
        difference = self._difference(recorded, made, "", new)
        if difference is None:
            self._bound.values.update(new.values)
            self._bound.pseudonyms.update(new.pseudonyms)
        return difference

    def restore(self, value: Any) -> Any:
        """Replace the pseudonyms in a response by the values that they stand for.

        Args:
            value: the response as JSON.

        Returns:
            A copy with the values.
        """
        if is_object(value):
            return {key: self.restore(item) for key, item in value.items()}
        if is_array(value):
            return [self.restore(item) for item in value]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return value
        return self._bound.values.get(value, value)

    def _difference(self, recorded: Any, made: Any, place: str, new: _Bound) -> str | None:
        if isinstance(recorded, Hole) and isinstance(made, Hole):
            return None if self._bind(recorded, made, new) else place
        if is_object(recorded) and is_object(made):
            for key in dict.fromkeys([*recorded, *made]):
                inner = f"{place}.{key}" if place else key
                if key not in recorded or key not in made:
                    return inner
                if difference := self._difference(recorded[key], made[key], inner, new):
                    return difference
            return None
        if is_array(recorded) and is_array(made):
            if len(recorded) != len(made):
                return place
            pairs = enumerate(zip(recorded, made, strict=True))
            found = (self._difference(a, b, f"{place}[{number}]", new) for number, (a, b) in pairs)
            return next((difference for difference in found if difference), None)
        return None if type(recorded) is type(made) and recorded == made else place

    def _bind(self, recorded: Hole, made: Hole, new: _Bound) -> bool:
        """Whether a value can be what a pseudonym stands for. Any time can be now what another one was then."""
        if recorded.is_time or made.is_time:
            return recorded.is_time and made.is_time
        pseudonym, value = recorded.value, made.value
        if type(pseudonym) is not type(value):
            return False
        if pseudonym == value:  # it comes from a response of the recording
            return True
        if self._exact is not None and pseudonym_of(self._exact, value, made.kind) != pseudonym:
            return False
        key = value, recorded.is_opaque
        for bound in (self._bound, new):
            if pseudonym in bound.values:
                return bound.values[pseudonym] == value
            if key in bound.pseudonyms:
                return False
        new.values[pseudonym], new.pseudonyms[key] = value, pseudonym
        return True
