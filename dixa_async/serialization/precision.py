"""Whether the fast parser may have lost precision.

It turns integers over 64 bits into floats. Looking for these in every text would cost a tenth of the time of reading,
and most fields cannot hold them. So the few hooks that accept any JSON, or a float, note that they did, and only then
is the text searched.
"""

import threading


class _Precision(threading.local):
    """The precision of the value that this thread is reading.

    Attributes:
        in_doubt: whether it contains a value that may have been a long integer.
    """

    in_doubt = False


PRECISION = _Precision()
