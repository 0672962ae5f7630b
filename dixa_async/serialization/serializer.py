"""The whole way from bytes to models and back."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from .._json import NotJsonError, dumps, loads, loads_exact, loads_fast, may_have_long_integers
from .._utc import utc_offset, utc_text
from .converter import DixaConverter, ReadMode
from .doubts import DOUBTS
from .lossless import refuse_losses
from .slices import Steps, structure_in_slices
from .type_forms import check_kind
from .unknown_keys import refuse_unknown_keys
from .validation_error import ValidationError

_TOO_DEEP = "nested too deeply"
_LARGE = 2**20  # bytes


class Serializer:
    """Reads responses, and writes and checks requests.

    It has no settings, and one serves a whole process: `Serializer.shared()`.
    """

    _shared: "Serializer | None" = None

    @classmethod
    def shared(cls) -> "Serializer":
        """The serializer of this process, which keeps what it has compiled."""
        if cls._shared is None:
            cls._shared = cls()
        return cls._shared

    @cached_property
    def _fast(self) -> DixaConverter:
        return DixaConverter(ReadMode.FAST, self._explain)

    @cached_property
    def _explaining(self) -> DixaConverter:
        return DixaConverter(ReadMode.EXPLAINING, self._explain)

    @cached_property
    def _strict(self) -> DixaConverter:
        return DixaConverter(ReadMode.STRICT, self._explain)

    def read(self, body: bytes, type_form: Any, envelope: str | None = None) -> tuple[Any, Any]:
        """Read JSON into models.

        Args:
            body: the bytes of a response.
            type_form: a model, a union, a list or a map of these.
            envelope: the key under which the models are; None: they are the whole response.

        Returns:
            A value of that type, and the response as JSON, without what is under the envelope.

        Raises:
            ValidationError: it is empty, not JSON, or does not fit; the path tells where.
        """
        steps = self._read_in_steps(body, type_form, envelope)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def read_async(self, body: bytes, type_form: Any, envelope: str | None = None) -> tuple[Any, Any]:
        """The same, and other tasks of the event loop run between the slices of a large list or map."""
        steps = self._read_in_steps(body, type_form, envelope)
        try:
            while True:
                next(steps)
                await asyncio.sleep(0)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    def _read_in_steps(self, body: bytes, type_form: Any, envelope: str | None) -> Steps[tuple[Any, Any]]:
        if len(body) > _LARGE:
            yield  # to receive it took long already, and so will the parsing
        met_before = DOUBTS.met  # a converter of a custom model may read JSON while its model is read
        try:
            return (yield from self._read_doubting(body, type_form, envelope))
        finally:
            DOUBTS.met = met_before

    def _read_doubting(self, body: bytes, type_form: Any, envelope: str | None) -> Steps[tuple[Any, Any]]:
        """Read fast, and once more if that may have lost a part of an integer."""
        response = _load(body, loads_fast)
        DOUBTS.met = False
        try:
            read = yield from self._open(response, type_form, envelope)
        except ValidationError:  # maybe of a float that is an integer
            if not may_have_long_integers(body):
                raise
        else:
            if not DOUBTS.met or not may_have_long_integers(body):
                return read
        return (yield from self._open(_load(body, loads_exact), type_form, envelope))

    def _open(self, response: Any, type_form: Any, envelope: str | None) -> Steps[tuple[Any, Any]]:
        """Read what is under an envelope, and return with it what is beside it."""
        if envelope is None:
            return (yield from structure_in_slices(self.structure, response, type_form)), response
        if response.__class__ is not dict:
            raise ValidationError("expected an object")
        if envelope not in response:
            raise ValidationError("required, but absent", f".{envelope}")
        # Whoever takes more than the links to other pages takes any JSON.
        DOUBTS.met = not response.keys() <= {envelope, "meta"}
        try:
            value = yield from structure_in_slices(self.structure, response.pop(envelope), type_form)
        except ValidationError as problem:
            raise problem.within(f".{envelope}") from problem.__cause__
        return value, response

    def load(self, body: bytes) -> Any:
        """Read JSON.

        Args:
            body: the bytes of a response.

        Returns:
            The JSON value. Integers are exact.

        Raises:
            ValidationError: it is empty or not JSON.
        """
        return _load(body, loads)

    def structure(self, value: Any, type_form: Any) -> Any:
        """Turn a JSON value into models.

        Args:
            value: the JSON value.
            type_form: a model, a union, a list or a map of these.

        Returns:
            A value of that type.

        Raises:
            ValidationError: it does not fit; the path tells where.
        """
        try:
            return _read(self._fast, value, type_form)
        except Exception as error:
            problem = self._explain(value, type_form, error)
            raise problem from problem.__cause__

    def structure_strict(self, value: Any, type_form: Any) -> Any:
        """The same, but a union takes nothing that it does not know, and nothing becomes `Unknown`.

        Args:
            value: the JSON value.
            type_form: a model, a union, a list or a map of these.

        Returns:
            A value of that type.

        Raises:
            ValidationError: it does not fit; the path tells where.
        """
        return _read(self._strict, value, type_form)

    def unstructure(self, value: Any) -> Any:
        """Turn models into a JSON value, without a check.

        Args:
            value: models, or lists and maps of them.

        Returns:
            The JSON value.

        Raises:
            ValidationError: JSON cannot hold it.
        """
        return loads(self.encode_unchecked(value))

    def encode_unchecked(self, value: Any) -> bytes:
        """Turn models into JSON, without a check.

        Args:
            value: models, or lists and maps of them.

        Returns:
            JSON.

        Raises:
            ValidationError: JSON cannot hold it.
        """
        return _to_json(self._write(value))

    def encode_lossless(self, value: Any) -> bytes:
        """Turn models into JSON that is read again as what they are.

        Args:
            value: models, or lists and maps of them.

        Returns:
            JSON.

        Raises:
            ValidationError: JSON cannot hold it; the path tells where, if something would be written as something else.
        """
        written = self._write(value)
        try:
            refuse_losses(written)
        except RecursionError:
            raise ValidationError(_TOO_DEEP) from None
        return _to_json(written)

    def encode_request(self, value: Any, type_form: Any, envelope: str | None = None) -> bytes:
        """Turn models into the bytes of a request, and check them.

        Args:
            value: the models.
            type_form: what the request takes.
            envelope: the key under which it is sent; None: it is sent as it is.

        Returns:
            JSON.

        Raises:
            ValidationError: they do not have the form that the request takes; the path tells where.
        """
        written = self._write(value)
        refuse_unknown_keys(value, type_form)
        self.structure_strict(written, type_form)
        return _to_json(written if envelope is None else {envelope: written})

    def check_kind(self, name: str, kind: Any) -> None:
        """See whether what a user asks for can be read.

        Args:
            name: the argument that asks for it.
            kind: what is to be read.

        Raises:
            ValidationError: it cannot.
        """
        check_kind(name, kind)

    def _write(self, value: Any) -> Any:
        """Turn models into a JSON value in which times are not texts yet."""
        try:
            return self._fast.unstructure(value)
        except RecursionError:
            raise ValidationError(_TOO_DEEP) from None
        except TypeError as error:  # a key that is not even a key any more when it is written
            raise ValidationError(f"JSON cannot hold this: {error}") from None

    def prepare(self, type_form: Any) -> None:
        """Compile what reads a type, which else happens when the type is first met.

        Args:
            type_form: a model, a union, a list or a map of these.
        """
        self._fast.prepare(type_form)

    def prepare_request(self, type_form: Any) -> None:
        """Compile what writes a type and checks it, which else happens when the type is first sent.

        Args:
            type_form: a model, a union, a list or a map of these.
        """
        self._fast.prepare_writing(type_form)
        self._strict.prepare(type_form)

    def _explain(self, value: Any, type_form: Any, error: Exception) -> ValidationError:
        """Why a value does not fit a type, of which the fast reading has told nothing but an error."""
        try:
            _read(self._explaining, value, type_form)
        except ValidationError as problem:
            return problem
        except Exception as unexpected:
            error = unexpected
        fault = ValidationError(f"cannot be read: {type(error).__name__}")
        fault.__cause__ = error
        return fault


def _read(converter: DixaConverter, value: Any, type_form: Any) -> Any:
    try:
        return converter.hook_of(type_form)(value, type_form)
    except RecursionError:
        raise ValidationError(_TOO_DEEP) from None


def _load(body: bytes, parse: Callable[[bytes], Any]) -> Any:
    if not body:
        raise ValidationError("the body is empty")
    try:
        return parse(body)
    except NotJsonError as error:
        raise ValidationError(str(error)) from None


def _to_json(written: Any) -> bytes:
    try:
        return dumps(written, default=_time_text)
    except RecursionError:
        raise ValidationError(_TOO_DEEP) from None
    except (TypeError, ValueError) as error:
        raise ValidationError(f"JSON cannot hold this: {error}") from None


def _time_text(value: object) -> str:
    """The text of a time of a class that the JSON writer does not know."""
    if isinstance(value, datetime) and utc_offset(value) is not None:
        return utc_text(value)
    raise TypeError(f"a value of the class {type(value).__name__}")
