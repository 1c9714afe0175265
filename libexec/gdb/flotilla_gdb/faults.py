"""A rank's fault stops gdb at the instruction that faulted; the JVM's own faults, which it expects, don't."""

import gdb

from .breakpoints import with_host_library
from .job import Job


class _Fault(gdb.Breakpoint):
    """On the function that the handler of faults calls before the rank is left."""

    def __init__(self):
        super().__init__("-function flotilla_guest_faulted", internal=True)
        self.silent = True

    def stop(self):
        return True


def _at_fault(event):
    if not isinstance(event, gdb.BreakpointEvent) or not any(isinstance(b, _Fault) for b in event.breakpoints):
        return
    frame = gdb.newest_frame()
    job = Job()
    while frame is not None and frame.type() != gdb.SIGTRAMP_FRAME:
        frame = frame.older()
    if frame is None or frame.older() is None:
        return
    frame.older().select()
    sp = int(frame.older().read_register("rsp")) & 0xFFFFFFFFFFFFFFFF
    number = job.rank_at(sp)
    rank = job.rank(number)
    print(f"\nrank {number}: {rank.state} at address 0x{int(rank.control['fault_address']):x}")
    gdb.execute("frame")


def register():
    gdb.execute("handle SIGSEGV SIGBUS SIGFPE SIGILL nostop noprint pass", to_string=True)
    with_host_library(_Fault)
    gdb.events.stop.connect(_at_fault)
