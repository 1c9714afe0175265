"""`flotilla ranks` and `flotilla rank`."""

import gdb

from . import unwinder
from .job import Job, Threads, rank_of_selected_thread

_chosen = None  # the rank that `flotilla rank` has selected on the first thread


def _call(rank, threads):
    """What the rank waits for its host to do, for people."""
    if not rank.begun or rank.ended or rank.number in threads.running:
        return ""
    operation = rank.operation
    if operation is None or operation == "FAULT":
        return ""
    return operation if operation.startswith("MPI") else operation.lower().replace("_", " ")


def _pe(thread):
    if thread is None:
        return ""
    name = thread.name or ""
    return name[3:] if name.startswith("PE ") else "?"


class Ranks(gdb.Command):
    """Lists the ranks: number, state, PE (and gdb's thread) that runs the rank or ran it last, MPI call it is in.

States: running (its code, or the host on its behalf), ready (waits for a PE), blocked (waits in the call), ended, the
signal of a fault, not begun."""

    def __init__(self):
        super().__init__("flotilla ranks", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        job = Job()
        threads = Threads(job)
        selected = _selected(job)
        print(f"  {'rank':>5}  {'state':<9}  {'PE':>3}  {'thread':>6}  call")
        for number in range(job.ranks):
            rank = job.rank(number)
            thread = None if rank.ended else threads.of(rank)
            mark = "*" if number == selected else " "
            line = (f"{mark} {number:>5}  {rank.state:<9}  {_pe(thread):>3}  "
                    f"{thread.num if thread else '':>6}  {_call(rank, threads)}")
            print(line.rstrip())


def _selected(job):
    if gdb.selected_thread() is None:
        return None
    return _chosen if unwinder.is_chosen() else rank_of_selected_thread(job)


def _is_programs(job, frame):
    """Whether a frame is the program's or one of its libraries', not the guest library's or a host function's."""
    library = gdb.current_progspace().solib_name(frame.pc())
    return job.is_image(frame.pc()) and not (library and "libflotilla-guest-" in library)


def _select_users_frame(job):
    """Selects the innermost frame of the program, so that `info locals` says what people want."""
    frame = gdb.newest_frame()
    while unwinder.is_carrier(frame):
        frame = frame.older()
    first = frame
    while frame is not None and not _is_programs(job, frame):
        frame = frame.older()
    (frame or first).select()


class SelectRank(gdb.Command):
    """Selects a rank: flotilla rank N. Then backtrace, up, down, info locals, print... are about that rank.

A rank that a thread is running is selected with its thread. One that is not is shown on thread 1, from the call in which it
waits; to run on until it does something, set a breakpoint for it (help flotilla break) and continue.
Without a number: says which rank is selected."""

    def __init__(self):
        super().__init__("flotilla rank", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        global _chosen
        job = Job()
        if not argument:
            number = _selected(job)
            print("no rank is selected" if number is None else f"rank {number}")
            return
        try:
            number = int(argument)
        except ValueError:
            raise gdb.GdbError("flotilla rank: takes the number of a rank, as in `flotilla rank 7`")
        rank = job.rank(number)
        if not rank.begun:
            raise gdb.GdbError(f"rank {number} has not begun")
        if rank.ended:
            raise gdb.GdbError(f"rank {number} has ended")
        threads = Threads(job)
        unwinder.forget()
        if number in threads.running:
            threads.running[number].switch()
        else:
            min(gdb.selected_inferior().threads(), key=lambda thread: thread.num).switch()
            _chosen = number
            unwinder.choose(rank.saved_registers())
        call = _call(rank, threads)
        print(f"[rank {number}: {rank.state}{' in ' + call if call else ''}]")
        _select_users_frame(job)
        gdb.execute("frame")


def register():
    Ranks()
    SelectRank()
