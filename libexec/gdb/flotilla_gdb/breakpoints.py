"""`flotilla break`, and $_flotilla_rank() for conditions."""

import gdb

from .job import Job, rank_of_selected_thread


def with_host_library(make):
    """Calls a function that makes a breakpoint in the host library: now, or once, when the library is there."""
    def is_host(objfile):
        return (objfile.filename or "").endswith("/libflotilla-host.so")

    def on_new(event):
        if is_host(event.new_objfile):
            gdb.events.new_objfile.disconnect(on_new)
            make()

    if any(is_host(objfile) for objfile in gdb.objfiles()):
        make()
    else:
        gdb.events.new_objfile.connect(on_new)


class CurrentRank(gdb.Function):
    """$_flotilla_rank(): the number of the rank that the selected thread is running, or -1. For conditions of breakpoints."""

    def __init__(self):
        super().__init__("_flotilla_rank")

    def invoke(self):
        rank = rank_of_selected_thread(Job())
        return -1 if rank is None else rank


class Break(gdb.Command):
    """Sets a breakpoint: flotilla break LOCATION [rank N].

Without a rank it stops every rank, but not the JVM where that has something of the same name (`main`). With one it stops that
rank only; the others pass without a stop, except where ranks share their images (--privatize=none): there gdb looks at each
rank that comes by."""

    def __init__(self):
        super().__init__("flotilla break", gdb.COMMAND_BREAKPOINTS, gdb.COMPLETE_LOCATION)

    def invoke(self, argument, from_tty):
        words = argument.split()
        rank = None
        if len(words) > 2 and words[-2] == "rank":
            try:
                rank = int(words[-1])
            except ValueError:
                raise gdb.GdbError(f"flotilla break: {words[-1]} is not the number of a rank")
            words = words[:-2]
        if not words:
            raise gdb.GdbError("flotilla break: say where, as in `flotilla break solve rank 7`")
        job = Job()
        if rank is not None:
            job.rank(rank)  # is there one?
        breakpoint = gdb.Breakpoint(" ".join(words))
        breakpoint.condition = "$_flotilla_rank() >= 0" if rank is None else f"$_flotilla_rank() == {rank}"
        # What the condition would refuse needs no stop. (gdb 12 has no locations in Python: there it stops and asks.)
        unwanted = [location for location in getattr(breakpoint, "locations", ())
                    if not job.is_image(location.address) or rank is not None and job.rank_at(location.address) not in (None, rank)]
        if len(unwanted) < len(getattr(breakpoint, "locations", ())):
            for location in unwanted:
                location.enabled = False
        if rank is None and not unwanted:
            breakpoint.condition = None


def register():
    CurrentRank()
    Break()
