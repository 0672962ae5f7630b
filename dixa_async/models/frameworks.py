"""Methods of models that web frameworks call: pydantic and FastAPI for a schema, others for a dict.

The modules behind these methods import this package, so they are imported on the first call, and pydantic is required
only by those who use it.
"""

from collections.abc import KeysView
from typing import Any


class ForFrameworks:
    """Base class of `Model`: its models are pydantic fields, and ``dict(model)`` is ``to_dict(model)``."""

    __slots__ = ()

    def keys(self) -> KeysView[str]:
        """The wire names of the fields that have values."""
        from ..conversion import to_dict

        written: dict[str, Any] = to_dict(self)
        return written.keys()

    def __getitem__(self, name: str) -> Any:
        from ..conversion import to_dict

        return to_dict(self)[name]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from ..pydantic_schema import model_schema

        return model_schema(source)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        from ..pydantic_schema import model_json_schema

        return model_json_schema(schema, handler)


class EnumForFrameworks:
    """Base class of `OpenEnum`: its members are pydantic fields, and so are values that it does not list."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from ..pydantic_schema import enum_schema

        return enum_schema(source)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        from ..pydantic_schema import enum_json_schema

        return enum_json_schema(schema)
