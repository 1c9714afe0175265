package flotilla.fault;

import flotilla.abi.ControlBlock;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.Registers;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.ProcessMaps;
import java.io.IOException;
import java.util.List;
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

    private final RankImages[] ranks;
    private final int rank;
    private final long control;

    /**
     * @param ranks images of all ranks of the process; null for those that have not begun
     * @param rank  the one to report on
     */
    public FaultReport(RankImages[] ranks, int rank) {
        this.ranks = ranks;
        this.rank = rank;
        this.control = ranks[rank].slotBase();
    }

    /** The rank's own instructions raised a signal: the handler has left it in the control block. */
    public String fault() {
        FaultRecord fault = FaultRecord.of(control);
        return report("signal " + fault.signal(), (modules, memory, maps) -> {
            var backtrace = new Backtrace(modules, memory, fault.registers(), false, ranks[rank]::gateName);
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
        return report(plain, (modules, memory, maps) -> {
            Backtrace backtrace = trapped(modules, memory);
            boolean terminated = backtrace.passes(TERMINATE);
            backtrace.dropUpTo(terminated ? THROW : NOTHING, true);
            String reason = !terminated ? plain : exception ? "uncaught exception " + what.substring(1) : "std::terminate() was called";
            return reason + '\n' + backtrace.text();
        });
    }

    /** The rank has exited; {@code what} says how. With a backtrace when the Fortran runtime library had a reason. */
    public String exited(String what) {
        return report(what, (modules, memory, maps) -> {
            Backtrace backtrace = trapped(modules, memory);
            if (!backtrace.passes(FORTRAN) || backtrace.passes(FORTRAN_STOP)) {
                return what;
            }
            backtrace.dropUpTo(FORTRAN, false);
            return "Fortran runtime error; it " + what + '\n' + backtrace.text();
        });
    }

    private Backtrace trapped(Modules modules, PagedMemory memory) {
        long sp = Memory.getLong(control + ControlBlock.GUEST_SP);
        Registers registers = Registers.none();
        for (int i = 0; i < SWITCH_FRAME.length; i++) {
            registers = registers.with(SWITCH_FRAME[i], Memory.getLong(sp + 8 + 8L * i));
        }
        return new Backtrace(modules, memory, registers.with(Registers.RSP, sp + 0x40), true, ranks[rank]::gateName);
    }

    private interface Body {
        String text(Modules modules, PagedMemory memory, List<ProcessMaps.Entry> maps);
    }

    /** Whatever state the rank is in, there is a report. */
    private String report(String otherwise, Body body) {
        String text;
        try (var process = new ProcessMemory()) {
            var memory = new PagedMemory(process);
            List<ProcessMaps.Entry> maps = ProcessMaps.read();
            text = body.text(new Modules(ranks[rank], maps, memory), memory, maps);
        } catch (IOException | RuntimeException e) {
            text = otherwise == null ? null : otherwise + "\n  (no backtrace: " + e + ")";
        }
        return text == null ? null : "rank " + rank + ": " + text.stripTrailing();
    }
}
