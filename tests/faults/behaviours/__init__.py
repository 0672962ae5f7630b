"""What the raw server can do to a request. Each module is a section of the table in the documentation."""

# ruff: noqa: I001  (their order is that of the table)
from ..registry import BEHAVIOURS as BEHAVIOURS, FAULTS as FAULTS
from . import baseline as baseline
from . import no_connection as no_connection
from . import broken as broken
from . import slow as slow
from . import too_much as too_much
from . import lengths as lengths
from . import not_http as not_http
from . import not_json as not_json
from . import statuses as statuses
from . import redirects as redirects
from . import unsolicited as unsolicited
from . import echo as echo
