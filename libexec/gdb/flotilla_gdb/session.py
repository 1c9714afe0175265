"""A job that gdb itself starts."""

import gdb

from .breakpoints import with_host_library
from .job import Job

class _Loaded(gdb.Breakpoint):
    """On the function that the host calls when all ranks are in memory."""

    def __init__(self):
        super().__init__("-function flotilla_ranks_loaded", internal=True)
        self.silent = True

    def stop(self):
        return True


def _at_loaded(event):
    if isinstance(event, gdb.BreakpointEvent) and any(isinstance(b, _Loaded) for b in event.breakpoints):
        count = Job().ranks
        print(f"\n{count} {'rank is' if count == 1 else 'ranks are'} loaded and "
              f"{'has' if count == 1 else 'have'} not begun: set breakpoints, then `continue`.")


def start():
    gdb.execute("set print thread-events off")
    with_host_library(_Loaded)
    gdb.events.stop.connect(_at_loaded)
    gdb.execute("run")
    if not gdb.selected_inferior().pid:
        gdb.execute("quit")  # with the job's status; it has said why
