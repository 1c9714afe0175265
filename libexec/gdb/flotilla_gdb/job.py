"""The job in the process that gdb has stopped: its ranks, their states, the threads they run on."""

import gdb

# flotilla.schedule.RankThread
BLOCKED, ACTIVE, NOTIFIED, CLAIMED, ENDED, THREADED = range(6)

# guest/arch/x86_64/frame.h
_FRAME = {"r15": 0x08, "r14": 0x10, "r13": 0x18, "r12": 0x20, "rbx": 0x28, "rbp": 0x30, "rip": 0x38}
_FRAME_SIZE = 0x40
# flotilla.abi.ControlBlock.FAULT_REGISTERS
_FAULT_REGISTERS = ("r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
                    "rdi", "rsi", "rbp", "rbx", "rdx", "rax", "rcx", "rsp", "rip")
_FAULT_SIGNALS = {4: "SIGILL", 5: "SIGTRAP", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV"}


def _host_variable(name):
    """Of the host library: gdb would look in the images of the selected frame's rank only."""
    return gdb.lookup_objfile("libflotilla-host.so").lookup_global_symbol(name).value()


class Rank:
    """A rank as it stands while the process is stopped."""

    def __init__(self, job, number):
        self.number = number
        self._names = job.operation_names
        self._state = int(job.debug["states"][number * job.state_stride])
        self._runs = int(job.debug["states"][number * job.state_stride + 1]) != 0
        control = job.debug["controls"][number].dereference()
        try:
            control.fetch_lazy()
            self.control = control
        except gdb.MemoryError:
            self.control = None  # not begun

    @property
    def begun(self):
        return self.control is not None and int(self.control["guest_sp"]) != 0

    @property
    def state(self):
        if not self.begun:
            return "not begun"
        if self.operation == "FAULT":
            return _FAULT_SIGNALS.get(int(self.control["fault_signal"]), "faulted")
        names = {BLOCKED: "blocked", CLAIMED: "blocked", ENDED: "ended", THREADED: "threaded"}
        return names.get(self._state, "running" if self._runs else "ready")

    @property
    def ended(self):
        return self._state == ENDED and self.operation != "FAULT"

    @property
    def operation(self):
        """What the rank asked its host for last: the name of an MPI function or of a constant of Operation.java."""
        name = self._names[int(self.control["operation"])]
        return name.string() if int(name) != 0 else None

    def saved_registers(self):
        """The registers of a rank that no thread is running, as it will find them."""
        if self.operation == "FAULT":
            return {name: int(self.control["fault_registers"][i]) for i, name in enumerate(_FAULT_REGISTERS)}
        sp = int(self.control["guest_sp"])
        word = gdb.lookup_type("unsigned long").pointer()
        registers = {name: int(gdb.Value(sp + offset).cast(word).dereference()) for name, offset in _FRAME.items()}
        registers["rsp"] = sp + _FRAME_SIZE
        return registers


class Job:
    """Raises gdb.GdbError where there is none."""

    def __init__(self):
        try:
            self.debug = _host_variable("flotilla_debug")
            self.slots = int(self.debug["slots"])
            self.operation_names = _host_variable("flotilla_operation_names")
        except (gdb.error, ValueError, AttributeError):
            raise gdb.GdbError("this process is not a Flotilla job, or it has not come to its ranks yet")
        self.slot_size = int(self.debug["slot_size"])
        self.slot_count = int(self.debug["slot_count"])
        self.ranks = int(self.debug["ranks"])
        self.state_stride = int(self.debug["state_stride"])
        if self.slots == 0 or self.ranks == 0:
            raise gdb.GdbError("the job has not come to its ranks yet")

    def rank(self, number):
        if not 0 <= number < self.ranks:
            raise gdb.GdbError(f"there is no rank {number}; the job has ranks 0 to {self.ranks - 1}")
        return Rank(self, number)

    def rank_at(self, address):
        """The number of the rank whose slot holds an address, or None."""
        slot = (address - self.slots) // self.slot_size
        return slot if 0 <= slot < self.ranks else None

    def is_image(self, address):
        """Whether an address lies in a slot, not in the host."""
        return 0 <= address - self.slots < self.slot_size * self.slot_count


def keep_ranks_on_threads():
    """Has PEs not steal ranks while gdb is there: gdb steps a thread, and the rank must come back to it."""
    try:
        gdb.selected_inferior().write_memory(int(Job().debug["stay"].address), b"\x01\0\0\0")
    except (gdb.GdbError, gdb.error, gdb.MemoryError):
        pass  # not yet: the job does so by itself when gdb started it; or not at all: a core file


def rank_of_selected_thread(job):
    """The number of the rank whose code, or host function called by it, the selected thread is running; or None."""
    return job.rank_at(int(gdb.newest_frame().read_register("rsp")) & 0xFFFFFFFFFFFFFFFF)


class Threads:
    """Which thread runs which rank, and which ran it last."""

    def __init__(self, job):
        self.running = {}
        self._by_fs = {}
        selected = gdb.selected_thread()
        frame = gdb.selected_frame() if selected else None
        for thread in gdb.selected_inferior().threads():
            if not thread.is_valid() or thread.is_running():
                continue
            thread.switch()
            if thread.name and not thread.name.startswith("PE "):
                continue  # the JVM's, or one that a rank has made; a core file has no names
            rank = rank_of_selected_thread(job)
            if rank is None:
                fs = int(gdb.newest_frame().read_register("fs_base")) & 0xFFFFFFFFFFFFFFFF
            else:
                fs = int(job.rank(rank).control["host_fs"])
                self.running[rank] = thread
            self._by_fs[fs] = thread
        if selected:
            selected.switch()
            if frame.is_valid():
                frame.select()

    def of(self, rank):
        """The thread of the PE that runs the rank or ran it last, or None."""
        return self.running.get(rank.number) or (self._by_fs.get(int(rank.control["host_fs"])) if rank.begun else None)
