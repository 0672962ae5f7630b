"""Changed copies of models."""

import copy
from typing import Any, TypeVar

from ...models.base import Model

AnyModel = TypeVar("AnyModel", bound=Model)


def changed(model: AnyModel, **values: Any) -> AnyModel:
    """A copy of a model with other values in some fields. The model stays as it is.

    Args:
        model: the model.
        values: the values by field name.

    Returns:
        The copy.
    """
    other = copy.copy(model)
    for name, value in values.items():
        setattr(other, name, value)
    return other
