"""gdb's view of a Flotilla job: see docs/debugging.md. For `source`, or auto-loaded with libflotilla-host.so."""

import os
import sys

_here = os.path.dirname(os.path.realpath(__file__))
if _here not in sys.path:
    sys.path.insert(0, _here)

import flotilla_gdb
