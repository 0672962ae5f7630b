"""After `DixaClient.preload()` there is nothing left to load or to compile."""

import subprocess
import sys

_PROGRAM = """
import sys
from dixa_async import DixaClient, from_json
DixaClient.preload()
loaded = set(sys.modules)

import cattrs
def refuse(*_):
    raise AssertionError("compiled after preload")
from dixa_async.serialization import Serializer, converter
converter.make_reader = converter.make_writer = converter.DixaConverter._placing_hook = refuse

from dixa_async.models import Conversation, InboundMessage, NewConversation, NewEmailConversation, TextContent
message = InboundMessage(content=TextContent("Hello"))
new = NewEmailConversation(requester_id="u", email_integration_id="m", subject="s", message=message)
Serializer.shared().dump(new, NewConversation)
from_json('[{"_type": "ChatConversation", "id": 1, "requesterId": "u", "channel": "WidgetChat",'
          ' "createdAt": "2025-01-01T00:00:00Z"}]', list[Conversation])
print(sorted(set(sys.modules) - loaded))
"""


def test_nothing_is_left_to_load_or_to_compile() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout) == ("", "[]\n")
