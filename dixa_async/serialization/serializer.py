"""From bytes to models and back."""

import asyncio
from collections.abc import Callable
from functools import cached_property
from typing import Any

from .._json import NotJsonError, dumps, loads
from .converter import DixaConverter, ReadMode
from .lossless import check_lossless
from .slices import Steps, structure_in_slices
from .type_forms import check_type_form
from .unknown_keys import check_known_keys
from .validation_error import ValidationError

_TOO_DEEP = "nested too deeply"
_LARGE = 2**20  # bytes


class Serializer:
    """Reads responses, and writes and checks requests.

    It has no settings; one is enough for a process: `Serializer.shared()`.
    """

    _shared: "Serializer | None" = None

    @classmethod
    def shared(cls) -> "Serializer":
        """The serializer of this process, which caches what it has compiled."""
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
            body: the body of a response.
            type_form: a model, a union, a list or a map of these.
            envelope: the key of the models in the response; defaults to None, which reads the whole response.

        Returns:
            A value of that type, and the response as a JSON value, without the key of the envelope.

        Raises:
            ValidationError: it is empty, not JSON, or does not fit; the path says where.
        """
        steps = self._read_in_steps(body, type_form, envelope)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    async def read_async(self, body: bytes, type_form: Any, envelope: str | None = None) -> tuple[Any, Any]:
        """Like `read`, but lets other tasks run between the slices of a large list or map."""
        steps = self._read_in_steps(body, type_form, envelope)
        try:
            while True:
                next(steps)
                await asyncio.sleep(0)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    def _read_in_steps(self, body: bytes, type_form: Any, envelope: str | None) -> Steps[tuple[Any, Any]]:
        if len(body) > _LARGE:
            yield  # receiving it took long already, and so will parsing it
        response = self.load(body)
        if envelope is None:
            return (yield from structure_in_slices(self.structure, response, type_form)), response
        if response.__class__ is not dict:
            raise ValidationError("expected an object")
        if envelope not in response:
            raise ValidationError("required, but absent", f".{envelope}")
        try:
            value = yield from structure_in_slices(self.structure, response.pop(envelope), type_form)
        except ValidationError as error:
            raise error.within(f".{envelope}") from error.__cause__
        return value, response

    def row_reader(self, type_form: Any) -> Callable[[Any, bytes], Any]:
        """Make a function that reads many small values, which are already parsed, faster than `read` does.

        Args:
            type_form: their type, such as a model.

        Returns:
            The function. It takes a value as `load` returns it, and its JSON, and raises a `ValidationError` if they do
            not fit.
        """
        hook = self._fast.hook_of(type_form)

        def read_row(value: Any, body: bytes) -> Any:
            try:
                return hook(value, type_form)
            except Exception:
                return self.read(body, type_form)[0]

        return read_row

    def load(self, body: bytes) -> Any:
        """Read JSON.

        Args:
            body: the body of a response.

        Returns:
            The JSON value. Integers are exact.

        Raises:
            ValidationError: it is empty or not JSON.
        """
        if not body:
            raise ValidationError("the body is empty")
        try:
            return loads(body)
        except NotJsonError as error:
            raise ValidationError(str(error)) from None

    def structure(self, value: Any, type_form: Any) -> Any:
        """Turn a JSON value into models.

        Args:
            value: the JSON value.
            type_form: a model, a union, a list or a map of these.

        Returns:
            A value of that type.

        Raises:
            ValidationError: it does not fit; the path says where.
        """
        try:
            return _read(self._fast, value, type_form)
        except Exception as error:
            explained = self._explain(value, type_form, error)
            raise explained from explained.__cause__

    def structure_strict(self, value: Any, type_form: Any) -> Any:
        """Like `structure`, but a union accepts only the members that it knows, and nothing becomes `Unknown`.

        Args:
            value: the JSON value.
            type_form: a model, a union, a list or a map of these.

        Returns:
            A value of that type.

        Raises:
            ValidationError: it does not fit; the path says where.
        """
        return _read(self._strict, value, type_form)

    def unstructure(self, value: Any) -> Any:
        """Turn models into a JSON value, without a check.

        Args:
            value: models, or lists and maps of them.

        Returns:
            The JSON value.

        Raises:
            ValidationError: JSON cannot represent it.
        """
        return loads(self.encode_unchecked(value))

    def encode_unchecked(self, value: Any) -> bytes:
        """Turn models into JSON, without a check.

        Args:
            value: models, or lists and maps of them.

        Returns:
            JSON.

        Raises:
            ValidationError: JSON cannot represent it.
        """
        written, plain = self._write(value)
        return _to_json(written, plain)

    def encode_lossless(self, value: Any) -> bytes:
        """Turn models into JSON that reads back as the same models.

        Args:
            value: models, or lists and maps of them.

        Returns:
            JSON.

        Raises:
            ValidationError: JSON cannot represent it, or would not bring it back as it is; the path says where.
        """
        written, plain = self._write(value)
        try:
            check_lossless(written)
        except RecursionError:
            raise ValidationError(_TOO_DEEP) from None
        return _to_json(written, plain)

    def encode_request(self, value: Any, type_form: Any, envelope: str | None = None) -> bytes:
        """Turn models into the bytes of a request, and check them.

        Args:
            value: the models.
            type_form: the type that the request takes.
            envelope: the key under which they are sent; defaults to None, which sends them as they are.

        Returns:
            JSON.

        Raises:
            ValidationError: they do not fit the type; the path says where.
        """
        written, plain = self._write(value)
        check_known_keys(value, type_form)
        self.structure_strict(written, type_form)
        return _to_json(written if envelope is None else {envelope: written}, plain)

    def check_type_form(self, name: str, type_form: Any) -> None:
        """Check that a type can be read.

        Args:
            name: the name of the argument.
            type_form: its value: the type.

        Raises:
            ValidationError: it cannot be read.
        """
        check_type_form(name, type_form)

    def _write(self, value: Any) -> tuple[Any, bool]:
        """Turn models into a JSON value in which times are still datetimes, and say whether it is known to be plain."""
        try:
            return self._fast.write(value)
        except RecursionError:
            raise ValidationError(_TOO_DEEP) from None
        except TypeError as error:  # a key that is not hashable once it is written
            raise ValidationError(f"JSON cannot represent this: {error}") from None

    def prepare(self, type_form: Any) -> None:
        """Compile the hooks that read a type, which otherwise happens when the type is first read.

        Args:
            type_form: a model, a union, a list or a map of these.
        """
        self._fast.prepare(type_form)

    def prepare_request(self, type_form: Any) -> None:
        """Compile what writes and checks a type, which otherwise happens when the type is first sent.

        Args:
            type_form: a model, a union, a list or a map of these.
        """
        self._fast.prepare_writing(type_form)
        self._strict.prepare(type_form)

    def _explain(self, value: Any, type_form: Any, error: Exception) -> ValidationError:
        """Read a value again, to find out why and where it does not fit a type."""
        try:
            _read(self._explaining, value, type_form)
        except ValidationError as validation_error:
            return validation_error
        except Exception as unexpected:
            error = unexpected
        explained = ValidationError(f"cannot be read: {type(error).__name__}")
        explained.__cause__ = error
        return explained


def _read(converter: DixaConverter, value: Any, type_form: Any) -> Any:
    try:
        return converter.hook_of(type_form)(value, type_form)
    except RecursionError:
        raise ValidationError(_TOO_DEEP) from None


def _to_json(written: Any, plain: bool) -> bytes:
    try:
        return dumps(written, plain=plain)
    except RecursionError:
        raise ValidationError(_TOO_DEEP) from None
    except (TypeError, ValueError) as error:
        raise ValidationError(f"JSON cannot represent this: {error}") from None
