"""Lets a thread's backtrace be that of a rank that no thread runs, without a write to any register.

The frame that the thread is in stays the innermost one; the unwinder says that its caller is where the rank was left.
"""

import gdb
from gdb.unwinder import Unwinder

_chosen = None  # (number of the thread, its own rip and rsp, the rank's registers)


def _position(frame):
    return tuple(int(frame.read_register(name)) & 0xFFFFFFFFFFFFFFFF for name in ("rip", "rsp"))


class _FrameId:
    def __init__(self, sp, pc):
        self.sp = sp
        self.pc = pc


class _SuspendedRank(Unwinder):
    def __init__(self):
        super().__init__("flotilla-rank")

    def __call__(self, pending):
        # Not by its level: inlined functions are frames further in, at the same position.
        if not is_chosen() or _position(pending) != _chosen[1]:
            return None
        registers = _chosen[2]
        long = gdb.lookup_type("long")
        # Further in than the rank's frames: gdb refuses callers that are not further out.
        info = pending.create_unwind_info(_FrameId(gdb.Value(registers["rsp"] - 8), gdb.Value(registers["rip"])))
        for name, value in registers.items():
            info.add_saved_register(name, gdb.Value(value).cast(long))
        return info


class _WithoutCarrier:
    """A frame filter: leaves out the innermost frame, which is not the rank's."""

    def __init__(self):
        self.name = "flotilla-rank"
        self.priority = 1000
        self.enabled = True
        gdb.frame_filters[self.name] = self

    def filter(self, frames):
        for frame in frames:
            if not is_carrier(frame.inferior_frame()):
                yield frame


def is_chosen():
    thread = gdb.selected_thread()
    return _chosen is not None and thread is not None and thread.num == _chosen[0]


def is_carrier(frame):
    """Whether a frame is the thread's own, not the rank's."""
    return is_chosen() and _position(frame) == _chosen[1]


def choose(registers):
    """The selected thread's backtrace is that of a rank with these registers, until the process runs again."""
    global _chosen
    _chosen = (gdb.selected_thread().num, _position(gdb.newest_frame()), registers)
    gdb.invalidate_cached_frames()


def forget(*_):
    global _chosen
    if _chosen is not None:
        _chosen = None
        gdb.invalidate_cached_frames()


def register():
    gdb.unwinder.register_unwinder(None, _SuspendedRank(), replace=True)
    _WithoutCarrier()
    gdb.events.cont.connect(forget)
