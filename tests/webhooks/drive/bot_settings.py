"""What a bot of the drive is told on its command line."""

import json
import sys
from typing import Self

import attrs


@attrs.frozen(kw_only=True)
class BotSettings:
    """What a bot needs to know."""

    port: int
    secret_key: str
    api_key: str
    dixa_url: str
    agent_id: str
    order_window: float
    lease: float
    inbox: str = ""
    """The file of its inbox."""
    redis_url: str = ""
    """Or the Redis of its inbox."""

    def to_argument(self) -> str:
        return json.dumps(attrs.asdict(self))

    @classmethod
    def from_argument(cls) -> Self:
        return cls(**json.loads(sys.argv[1]))
