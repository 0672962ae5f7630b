"""What web frameworks ask of a model: pydantic, and FastAPI with it, for a schema; others for a dict.

Only they call these methods. The modules behind them import this package, so they are imported then, and pydantic is
needed only by those who use it.
"""

from collections.abc import KeysView
from typing import Any


class ForFrameworks:
    """Base class of `Model`: its models are pydantic fields, and ``dict(model)`` is ``to_dict(model)``."""

    __slots__ = ()

    def keys(self) -> KeysView[str]:
        """The names of its fields on the wire, as far as they have values."""
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
    """Base class of `OpenEnum`: its words are pydantic fields, also those that it does not list."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from ..pydantic_schema import enum_schema

        return enum_schema(source)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> Any:
        from ..pydantic_schema import enum_json_schema

        return enum_json_schema(schema)
