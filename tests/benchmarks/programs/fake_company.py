"""``fake_company CONVERSATIONS``: processor seconds to make a company, and the largest memory of the process in bytes.

Linux counts that memory in KiB.
"""

import resource
import sys
import time

from dixa_async.testing import FakeDixa

if __name__ == "__main__":
    FakeDixa(company=1)  # imports are done
    started = time.process_time()
    server = FakeDixa(company=int(sys.argv[1]))
    seconds = time.process_time() - started
    assert server.state.conversations
    print([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024])
