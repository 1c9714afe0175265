package flotilla.image;

import flotilla.memory.Mapping;
import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all ranks of a program share with method {@code none}: the program and its libraries, in a slot of their own behind
 * those of the ranks. It also holds one instance of the guest library, at the same offset as in every rank, whose variables
 * (stdout, environ...) are everybody's.
 *
 * <p>Calls from shared code to the guest library must reach the calling rank's. A rank's stack lies in its slot and slots
 * are aligned to their size, so a stub finds the function from the stack pointer.
 */
final class SharedImages extends Linking {
    /** A rank cannot go to another process: what its images point to may be another rank's, and they are the process's. */
    static final String WHY_NOT_MOVABLE = "all ranks of a process have one image";
    private static final int STUB_SIZE = 32;
    /** libgfortran buffers its preconnected units; shared by all ranks they must not hold output of several. */
    private static final String UNBUFFERED = "GFORTRAN_UNBUFFERED_PRECONNECTED";

    private final long slotSize;
    private final Image guestInstance;
    private final long stubs;
    private final Set<Long> keptFunctions;
    /** Functions of the rank's guest library, in the order of their stubs. */
    private final List<Long> functions = new ArrayList<>();
    private final Map<Long, Long> stubOf = new HashMap<>();
    private long address;

    /**
     * Prepares the shared slot.
     *
     * @param guestInstance the guest library of the shared slot, placed
     * @param stubs         offset of the stubs, behind all images
     * @param keptFunctions offsets in a rank of the functions that run in the shared slot because they need nothing of a rank
     *                      and must keep all registers, which a stub would not
     */
    SharedImages(long slotSize, Image guestInstance, long stubs, Set<Long> keptFunctions) {
        super(image -> { });
        this.slotSize = slotSize;
        this.guestInstance = guestInstance;
        this.stubs = stubs;
        this.keptFunctions = keptFunctions;
    }

    /** References of shared images to a rank's guest library: functions by way of a stub, variables of the shared instance. */
    @Override
    public void address(long offset, long value) {
        super.address(offset, SlotBases.isShared(value) ? value : sharedReference(value));
    }

    @Override
    public void irelative(long offset, long resolver) {
        super.irelative(offset, SlotBases.isShared(resolver) ? resolver : sharedReference(resolver));
    }

    @Override
    public void copy(long to, long from, long bytes) {
        super.copy(to, from | SlotBases.SHARED, bytes);
    }

    /** A word of each rank's own that a resolver fills. */
    void indirectInRank(long offset, long resolver) {
        indirect().add(new Indirect(offset, resolver));
    }

    private long sharedReference(long own) {
        long there = own | SlotBases.SHARED;
        var segment = guestInstance.file.loadAt(there - guestInstance.bias, 1);
        if (keptFunctions.contains(own) || segment == null || !segment.executable()) {
            return there;
        }
        return stubOf.computeIfAbsent(own, function -> {
            functions.add(function);
            return stubs + (functions.size() - 1L) * STUB_SIZE;
        });
    }

    /** Bytes of the slot that are in use. */
    long size() {
        return stubsEnd() - SlotBases.SHARED;
    }

    private long stubsEnd() {
        return Mapping.pageUp(stubs + (long) functions.size() * STUB_SIZE);
    }

    @Override
    void freeze(Arena arena) {
        if (size() > slotSize) {
            throw new LoadException(guestInstance + ": the shared images take " + (size() >> 20) + " MiB, more than a slot has ("
                    + (slotSize >> 20) + " MiB); use fewer ranks");
        }
        // The state by which ranks agree who runs the constructors.
        plan.anonymous(SlotBases.SHARED, SlotBases.SHARED + Mapping.PAGE_SIZE, Mapping.PROT_READ | Mapping.PROT_WRITE);
        super.freeze(arena);
    }

    /** Address of the shared slot, or 0 before there is one. */
    synchronized long address() {
        return address;
    }

    /** Makes the shared slot when a rank is the first to want it, and answers its address. */
    synchronized long make(long slotBase, RankStart start) {
        long slot = slotBase + (start.worldSize() - start.worldRank() + start.programIndex()) * slotSize;
        if (address != slot) {
            var bases = SlotBases.of(slot, slot);
            apply(bases, true);
            writeStubs(bases);
            address = slot;
        }
        return address;
    }

    private void writeStubs(SlotBases bases) {
        long bytes = stubsEnd() - stubs;
        if (bytes == 0) {
            return;
        }
        int shift = Long.numberOfTrailingZeros(slotSize);
        ByteBuffer code = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < functions.size(); i++) {
            code.position(i * STUB_SIZE);
            writeStub(code, shift, functions.get(i));
        }
        long at = bases.absolute(stubs);
        Mapping.map(at, bytes, Mapping.PROT_READ | Mapping.PROT_WRITE,
                Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_FIXED, -1, 0);
        Memory.put(code.array(), 0, at, (int) bytes);
        Mapping.protect(at, bytes, Mapping.PROT_READ | Mapping.PROT_EXEC);
    }

    /** Only r11 is free: al counts vector registers, r10 is the static chain, the others carry arguments (psABI 3.2.3). */
    private static void writeStub(ByteBuffer code, int shift, long function) {
        int page = 12;
        code.put(new byte[] {0x49, (byte) 0x89, (byte) 0xe3});                              // mov %rsp, %r11
        code.put(new byte[] {0x49, (byte) 0xc1, (byte) 0xeb, (byte) shift});                // shr $shift, %r11
        if (function <= Integer.MAX_VALUE) {
            code.put(new byte[] {0x49, (byte) 0xc1, (byte) 0xe3, (byte) shift});            // shl $shift, %r11
            code.put(new byte[] {0x49, (byte) 0x81, (byte) 0xc3}).putInt((int) function);   // add $function, %r11
        } else {
            code.put(new byte[] {0x49, (byte) 0xc1, (byte) 0xe3, (byte) (shift - page)});
            code.put(new byte[] {0x49, (byte) 0x81, (byte) 0xc3}).putInt((int) (function >>> page));
            code.put(new byte[] {0x49, (byte) 0xc1, (byte) 0xe3, (byte) page});
            code.put(new byte[] {0x49, (byte) 0x81, (byte) 0xc3}).putInt((int) (function & ((1 << page) - 1)));
        }
        code.put(new byte[] {0x41, (byte) 0xff, (byte) 0xe3});                              // jmp *%r11
    }

    /** The environment of a rank that shares its images. */
    static List<String> environment(List<String> variables) {
        if (variables.stream().anyMatch(variable -> variable.startsWith(UNBUFFERED + "="))) {
            return variables;
        }
        var more = new ArrayList<>(variables);
        more.add(UNBUFFERED + "=y");
        return more;
    }
}
