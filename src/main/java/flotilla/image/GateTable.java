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
 * kinds of gates, so that the part of the guest's table that is in use is dense. The assignment is the same in every rank
 * and only grows. Thread-safe.
 */
final class GateTable {
    private final long plainGates;
    private final long callGates;
    private final long table;
    /** Whether functions of libm write errno through the guest's FS base, and so need call gates. */
    private final boolean guestFs;
    private final List<HostLibrary.HostSymbol> functions = new ArrayList<>();
    private long[] addresses = new long[256];
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
    }

    /** Slot-relative address of the gate to a host function. */
    synchronized long gate(HostLibrary.HostSymbol function) {
        return byAddress.computeIfAbsent(function.address(), address -> add(function));
    }

    private long add(HostLibrary.HostSymbol function) {
        int index = functions.size();
        if (index == ControlBlock.GATES) {
            throw new LoadException("the program and its libraries call more than " + ControlBlock.GATES
                    + " functions of the C library (at " + function.name() + "); link fewer libraries");
        }
        if (index == addresses.length) {
            addresses = Arrays.copyOf(addresses, index * 2);
        }
        addresses[index] = function.address();
        functions.add(function);
        return isPlain(function) ? plainGates + (long) index * ControlBlock.PLAIN_GATE_STRIDE
                : callGates + (long) index * ControlBlock.CALL_GATE_STRIDE;
    }

    private boolean isPlain(HostLibrary.HostSymbol function) {
        return PlainFunctions.contains(function.name()) || !guestFs && function.library().isMath();
    }

    /** Writes the table into a slot. */
    synchronized void fill(long slotBase) {
        long bytes = functions.size() * 8L;
        MemorySegment.copy(MemorySegment.ofArray(addresses), 0, Memory.segment(slotBase + table, bytes), 0, bytes);
    }

    /** The host function whose gate {@code offset} lies in, or null. */
    synchronized String name(long offset) {
        String name = name(offset - plainGates, ControlBlock.PLAIN_GATE_STRIDE);
        return name != null ? name : name(offset - callGates, ControlBlock.CALL_GATE_STRIDE);
    }

    private String name(long distance, int stride) {
        long index = Math.floorDiv(distance, stride);
        return index < 0 || index >= functions.size() ? null : functions.get((int) index).name();
    }

    synchronized int count() {
        return functions.size();
    }
}
