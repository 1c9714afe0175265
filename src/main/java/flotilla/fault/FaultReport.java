package flotilla.fault;

import flotilla.abi.ControlBlock;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.Registers;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.ProcessMaps;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The report on one rank that has failed: one line that says why, then its calls. The rank must stand still; other ranks may
 * run.
 */
public final class FaultReport {
    // The frame that the switch leaves (guest/arch/x86_64/frame.h): DWARF's numbers of the registers from +0x08 on.
    private static final int[] SWITCH_FRAME = {15, 14, 13, 12, Registers.RBX, Registers.RBP, Registers.RIP};

    // What a backtrace through these functions means.
    private static final Pattern TERMINATE = Pattern.compile("_ZSt9terminatev$");
    private static final Pattern THROW = Pattern.compile("__cxa_(re)?throw$|_ZSt9terminatev$");
    private static final Pattern FORTRAN = Pattern.compile("_gfortran_");
    private static final Pattern FORTRAN_STOP = Pattern.compile("_gfortran_(error_stop|stop|exit)_");
    private static final Pattern BUFFER_CHECK = Pattern.compile("__chk_fail$|__fortify_fail$|__\\w+_chk$");
    private static final Pattern HEAP_CHECK = Pattern.compile("malloc_printerr$|(__libc_)?free$");
    private static final Pattern LIBC_ABORT = Pattern.compile("(__GI_)?abort$");
    private static final Pattern NOTHING = Pattern.compile("(?!)");

    private static final long SWITCH_FRAME_SIZE = 0x40;
    /** The flag that is always set, and interrupts enabled. */
    private static final long INITIAL_FLAGS = 0x202;

    private final RankImages[] ranks;
    private final int rank;
    private final long control;

    private final Path core;

    /**
     * @param ranks images of all ranks of the process; null for those that have not begun
     * @param rank  the one to report on
     * @param control address of the control block of the thread of the rank that failed
     * @param core  the core file to write, or null for none
     */
    public FaultReport(RankImages[] ranks, int rank, long control, Path core) {
        this.core = core;
        this.ranks = ranks;
        this.rank = rank;
        this.control = control;
    }

    /** The rank's own instructions raised a signal: the handler has left it in the control block. */
    public String fault() {
        FaultRecord fault = FaultRecord.of(control);
        long floatingPoint = Memory.getLong(control + ControlBlock.FAULT_FLOATING_POINT);
        return report("signal " + fault.signal(), fault.state(), floatingPoint, (modules, memory, maps, hidden) -> {
            var backtrace = new Backtrace(modules, memory, fault.registers(), false, ranks[rank]::gateName);
            hidden.putAll(backtrace.hiddenReturns());
            String reason = fault.signal() == FaultReason.SIGABRT ? abortInLibc(backtrace)
                    : new FaultReason(fault, ranks[rank], new AddressOwner(ranks, rank, modules, maps)).text();
            return reason + '\n' + backtrace.text();
        });
    }

    private static String abortInLibc(Backtrace backtrace) {
        boolean overflow = backtrace.passes(BUFFER_CHECK);
        boolean heap = backtrace.passes(HEAP_CHECK);
        backtrace.dropUpTo(LIBC_ABORT, false);
        return overflow ? "buffer overflow detected" : heap ? "the C library found memory that is not its own freed, or its heap corrupted"
                : "abort() was called by a function of the C library";
    }

    /** The rank ended itself by abort() or what does the same; {@code what} says more, or is null. */
    public String aborted(String what) {
        boolean exception = what != null && what.startsWith(Character.toString(ControlBlock.EXCEPTION_MARK));
        String plain = what == null || exception ? "abort() was called" : what;
        return report(plain, trapState(FaultReason.SIGABRT), 0, (modules, memory, maps, hidden) -> {
            Backtrace backtrace = trapped(modules, memory);
            boolean terminated = backtrace.passes(TERMINATE);
            backtrace.dropUpTo(terminated ? THROW : NOTHING, true);
            String reason = !terminated ? plain : exception ? "uncaught exception " + what.substring(1) : "std::terminate() was called";
            return reason + '\n' + backtrace.text();
        });
    }

    /** The rank has exited; {@code what} says how. With a backtrace when the Fortran runtime library had a reason. */
    public String exited(String what) {
        return report(what, trapState(0), 0, (modules, memory, maps, hidden) -> {
            Backtrace backtrace = trapped(modules, memory);
            if (!backtrace.passes(FORTRAN) || backtrace.passes(FORTRAN_STOP)) {
                return what;
            }
            backtrace.dropUpTo(FORTRAN, false);
            return "Fortran runtime error; it " + what + '\n' + backtrace.text();
        });
    }

    private Backtrace trapped(Modules modules, PagedMemory memory) {
        return new Backtrace(modules, memory, trapState(0).registers(), true, ranks[rank]::gateName);
    }

    private StopState trapState(int signal) {
        long sp = Memory.getLong(control + ControlBlock.GUEST_SP);
        Registers registers = Registers.none();
        for (int i = 0; i < SWITCH_FRAME.length; i++) {
            registers = registers.with(SWITCH_FRAME[i], Memory.getLong(sp + 8 + 8L * i));
        }
        return new StopState(registers.with(Registers.RSP, sp + SWITCH_FRAME_SIZE), INITIAL_FLAGS, signal, 0, 0);
    }

    private interface Body {
        String text(Modules modules, PagedMemory memory, List<ProcessMaps.Entry> maps, Map<Long, Long> hiddenReturns);
    }

    /** Whatever state the rank is in, there is a report. */
    private String report(String otherwise, StopState state, long floatingPoint, Body body) {
        String text;
        try (var process = new ProcessMemory()) {
            var memory = new PagedMemory(process);
            List<ProcessMaps.Entry> maps = ProcessMaps.read();
            var modules = new Modules(ranks[rank], control, maps, memory);
            Map<Long, Long> hiddenReturns = new HashMap<>();
            try {
                text = body.text(modules, memory, maps, hiddenReturns).stripTrailing();
            } catch (RuntimeException e) {
                text = otherwise + "\n  (no backtrace: " + e + ")";
            }
            if (core != null) {
                text += '\n' + writeCore(modules, maps, process, state, floatingPoint, hiddenReturns);
            }
        } catch (IOException e) {
            text = otherwise + "\n  (no backtrace: " + e + ")";
        }
        return "rank " + rank + ": " + text;
    }

    private String writeCore(Modules modules, List<ProcessMaps.Entry> maps, ProcessMemory process, StopState state,
            long floatingPoint, Map<Long, Long> hiddenReturns) {
        long guestFs = Memory.getLong(control + ControlBlock.GUEST_FS);
        byte[] notes = CoreNotes.of(ranks[rank], maps, state,
                guestFs != 0 ? guestFs : Memory.getLong(control + ControlBlock.HOST_FS), floatingPoint);
        try {
            new CoreFile(ranks[rank], modules, maps, process, hiddenReturns).write(core, notes);
            return "core file " + core + ": gdb " + ranks[rank].program().path() + " " + core;
        } catch (IOException e) {
            return "no core file: " + e;
        }
    }
}
