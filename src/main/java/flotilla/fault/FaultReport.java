package flotilla.fault;

import flotilla.abi.ControlBlock;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.Registers;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.ProcessMaps;
import java.io.IOException;
import java.util.List;

/**
 * The report on one rank that has failed: one line that says why, then its calls. The rank must stand still; other ranks may
 * run.
 */
public final class FaultReport {
    // The frame that the switch leaves (guest/arch/x86_64/frame.h): DWARF's numbers of the registers from +0x08 on.
    private static final int[] SWITCH_FRAME = {15, 14, 13, 12, Registers.RBX, Registers.RBP, Registers.RIP};

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
            var owner = new AddressOwner(ranks, rank, modules, maps);
            return new FaultReason(fault, ranks[rank], owner).text() + '\n'
                    + new Backtrace(modules, memory, fault.registers(), false, ranks[rank]::gateName).text();
        });
    }

    /** The rank ended itself, by a trap; {@code what} says how. */
    public String ended(String what) {
        return report(what, (modules, memory, maps) -> what + '\n' + trapped(modules, memory).text());
    }

    /** As {@link #ended}, but only when an error of the Fortran runtime library was the reason; else null. */
    public String fortranError(String what) {
        return report(null, (modules, memory, maps) -> {
            Backtrace backtrace = trapped(modules, memory);
            return backtrace.passes("_gfortran_") ? what + '\n' + backtrace.text() : null;
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
