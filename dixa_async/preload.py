"""Everything that is else loaded and compiled when it is first met, at once."""

import pkgutil
from importlib import import_module

from . import resources
from .serialization import Serializer
from .transport.operation import Operation


def preload() -> None:
    """Import all resources with their models, and compile what reads and writes their requests and answers."""
    serializer = Serializer.shared()
    for module in pkgutil.walk_packages(resources.__path__, f"{resources.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, Operation):
                if value.response_type is not None:
                    serializer.prepare(list[value.response_type])  # type: ignore[name-defined]  # a page, and what is on it
                serializer.prepare(value.body, sent=True)
