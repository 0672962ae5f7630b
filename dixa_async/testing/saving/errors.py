"""Why a saved state cannot be loaded."""

import os

from ...errors import DixaError


class StateFileError(DixaError, ValueError):
    """A file does not hold the saved state of a `FakeDixa`, or not one that this version can load.

    Attributes:
        file: the file.
        path: the place in it, such as ``$.state.agents``; ``$`` is the whole.
        reason: what is wrong there.
    """

    def __init__(self, file: "str | os.PathLike[str]", reason: str, *, path: str = "$") -> None:
        self.file: str = os.fspath(file)
        self.path = path
        self.reason = reason
        super().__init__(f"{self.file}: {path}: {reason}")
