"""Where the fast parser may have lost something of what is read.

It makes floats of integers over 64 bits. To look for these in every text would cost a tenth of the time of reading,
and most fields cannot hold them. So the few hooks that take any JSON, or a float, note that they did, and only then the
text is looked at.
"""

import threading


class _Doubts(threading.local):
    """What the reading that goes on in this thread has met.

    Attributes:
        met: whether it has met a value that may have been a long integer.
    """

    met = False


DOUBTS = _Doubts()
