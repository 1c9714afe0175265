"""The gdb command `flotilla` and what belongs to it. Loaded once per gdb; needs gdb 12 or later."""

import os

import gdb

from . import breakpoints, faults, job, ranks, unwinder


class Flotilla(gdb.Command):
    """Looks at the ranks of a Flotilla job: see `help flotilla`, and docs/debugging.md."""

    def __init__(self):
        super().__init__("flotilla", gdb.COMMAND_USER, prefix=True)


def _step_over_guest_library():
    """`step` at an MPI call goes over it, as it does over functions without debug information."""
    guest = os.path.join(os.path.dirname(os.path.realpath(__file__)), *3 * [os.pardir], "guest")
    for files in (os.path.normpath(guest) + "/*/*.[ch]", os.path.normpath(guest) + "/*/*/*.[ch]", "generated/guest/mpi_*.c"):
        gdb.execute("skip -gfile " + files, to_string=True)


Flotilla()
_step_over_guest_library()
ranks.register()
breakpoints.register()
faults.register()
unwinder.register()
job.keep_ranks_on_threads()
