package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gates of a program: which host function stands behind which gate of the guest library. Numbers run through both
 * kinds of gates, so that the part of the guest's table that is in use is dense. The assignment only grows. What the program is
 * linked with has the same gates in every rank and in every process of a job; behind these come the gates of what a rank asks for
 * while it runs, which are its own, so that they stay the same when it goes to a process where others have asked for other
 * things. Thread-safe.
 */
final class GateTable {
    private final long plainGates;
    private final long callGates;
    private final long table;
    /** Whether functions of libm write errno through the guest's FS base, and so need call gates. */
    private final boolean guestFs;
    /** The gates of the program, or null when these are them. */
    private final GateTable program;
    private final int first;
    private final List<HostLibrary.HostSymbol> functions = new ArrayList<>();
    private long[] addresses = new long[16];
    /** Gate by host address: all names of a function share one. */
    private final Map<Long, Long> byAddress = new HashMap<>();

    GateTable(GuestLibrary guest, boolean guestFs) {
        this.plainGates = guest.require(GuestLibrary.PLAIN_GATES);
        this.callGates = guest.require(GuestLibrary.CALL_GATES);
        this.table = guest.require(GuestLibrary.CALL_GATE_TABLE);
        if (guest.require(GuestLibrary.PLAIN_GATE_TABLE) != table) {
            throw new LoadException(guest.image + ": has two gate tables; it does not belong to this Flotilla: build Flotilla again");
        }
        this.guestFs = guestFs;
        this.program = null;
        this.first = 0;
    }

    private GateTable(GateTable program) {
        this.plainGates = program.plainGates;
        this.callGates = program.callGates;
        this.table = program.table;
        this.guestFs = program.guestFs;
        this.program = program;
        this.first = program.count();
    }

    /** Of a rank: the gates that are here, which must be all that the program has, and those that it will ask for. */
    GateTable extend() {
        return new GateTable(this);
    }

    /** Slot-relative address of the gate to a host function. */
    synchronized long gate(HostLibrary.HostSymbol function) {
        Long known = program == null ? null : program.known(function);
        return known != null ? known : byAddress.computeIfAbsent(function.address(), address -> add(function));
    }

    private synchronized Long known(HostLibrary.HostSymbol function) {
        return byAddress.get(function.address());
    }

    /** Forgets all but the first {@code count} gates, which nobody has used. */
    synchronized void truncate(int count) {
        while (functions.size() > count - first) {
            byAddress.remove(functions.removeLast().address());
        }
    }

    private long add(HostLibrary.HostSymbol function) {
        int own = functions.size();
        int index = first + own;
        if (index == ControlBlock.GATES) {
            throw new LoadException("the program and its libraries call more than " + ControlBlock.GATES
                    + " functions of the C library (at " + function.name() + "); link fewer libraries");
        }
        if (own == addresses.length) {
            addresses = Arrays.copyOf(addresses, own * 2);
        }
        addresses[own] = function.address();
        functions.add(function);
        return isPlain(function) ? plainGates + (long) index * ControlBlock.PLAIN_GATE_STRIDE
                : callGates + (long) index * ControlBlock.CALL_GATE_STRIDE;
    }

    private boolean isPlain(HostLibrary.HostSymbol function) {
        return PlainFunctions.contains(function.name()) || !guestFs && function.library().isMath();
    }

    /** Writes the table into a slot. */
    synchronized void fill(long slotBase) {
        if (program != null) {
            program.fill(slotBase);
        }
        long bytes = functions.size() * 8L;
        if (bytes > 0) {
            MemorySegment.copy(MemorySegment.ofArray(addresses), 0, Memory.segment(slotBase + table + first * 8L, bytes), 0,
                    bytes);
        }
    }

    /** The host function whose gate {@code offset} lies in, or null. */
    synchronized String name(long offset) {
        String name = name(offset - plainGates, ControlBlock.PLAIN_GATE_STRIDE);
        return name != null ? name : name(offset - callGates, ControlBlock.CALL_GATE_STRIDE);
    }

    private synchronized String name(long distance, int stride) {
        long index = Math.floorDiv(distance, stride);
        if (program != null && index < first) {
            return program.name(distance, stride);
        }
        return index < first || index - first >= functions.size() ? null : functions.get((int) index - first).name();
    }

    /** Whether {@link #fill} writes to a slot-relative address. */
    boolean fills(long offset) {
        return offset >= table && offset < table + count() * 8L;
    }

    synchronized int count() {
        return first + functions.size();
    }

    /** Names and versions of the functions in the order of their gates. */
    synchronized List<String> names() {
        return functions.stream().map(function -> function.name() + "@" + function.version()).toList();
    }
}
