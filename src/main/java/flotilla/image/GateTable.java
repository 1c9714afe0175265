package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The gates of a program: which host function stands behind which entry of the guest library's gate tables. The assignment
 * is the same in every rank and only grows. Thread-safe.
 */
final class GateTable {
    /** The gates of one kind. */
    private static final class Kind {
        final long gates;
        final long table;
        final int stride;
        final List<HostLibrary.HostSymbol> functions = new ArrayList<>();
        long[] addresses = new long[256];

        Kind(long gates, long table, int stride) {
            this.gates = gates;
            this.table = table;
            this.stride = stride;
        }

        long add(HostLibrary.HostSymbol function) {
            int index = functions.size();
            if (index == ControlBlock.GATES) {
                throw new LoadException("the program and its libraries call more than " + ControlBlock.GATES
                        + " functions of the C library (at " + function.name() + "); link fewer libraries");
            }
            if (index == addresses.length) {
                addresses = java.util.Arrays.copyOf(addresses, index * 2);
            }
            addresses[index] = function.address();
            functions.add(function);
            return gates + (long) index * stride;
        }

        void fill(long slotBase) {
            Memory.segment(slotBase + table, functions.size() * 8L)
                    .copyFrom(java.lang.foreign.MemorySegment.ofArray(addresses).asSlice(0, functions.size() * 8L));
        }

        String name(long offset) {
            long index = Math.floorDiv(offset - gates, stride);
            return index < 0 || index >= functions.size() ? null : functions.get((int) index).name();
        }
    }

    private final Kind plain;
    private final Kind call;
    /** Whether functions of libm write errno through the guest's FS base, and so need call gates. */
    private final boolean guestFs;
    /** Gate by host address: all names of a function share one. */
    private final Map<Long, Long> byAddress = new HashMap<>();

    GateTable(GuestLibrary guest, boolean guestFs) {
        this.plain = new Kind(guest.require(GuestLibrary.PLAIN_GATES), guest.require(GuestLibrary.PLAIN_GATE_TABLE),
                ControlBlock.PLAIN_GATE_STRIDE);
        this.call = new Kind(guest.require(GuestLibrary.CALL_GATES), guest.require(GuestLibrary.CALL_GATE_TABLE),
                ControlBlock.CALL_GATE_STRIDE);
        this.guestFs = guestFs;
    }

    /** Slot-relative address of the gate to a host function. */
    synchronized long gate(HostLibrary.HostSymbol function) {
        return byAddress.computeIfAbsent(function.address(), address -> kind(function).add(function));
    }

    private Kind kind(HostLibrary.HostSymbol function) {
        boolean isPlain = PlainFunctions.contains(function.name()) || !guestFs && function.library().isMath();
        return isPlain ? plain : call;
    }

    /** Writes both tables into a slot. */
    synchronized void fill(long slotBase) {
        plain.fill(slotBase);
        call.fill(slotBase);
    }

    /** The host function whose gate {@code offset} lies in, or null. */
    synchronized String name(long offset) {
        String name = plain.name(offset);
        return name != null ? name : call.name(offset);
    }

    synchronized int count() {
        return plain.functions.size() + call.functions.size();
    }
}
