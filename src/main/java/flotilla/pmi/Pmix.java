package flotilla.pmi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import flotilla.memory.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * PMIx (the PMIx Standard, version 4), by the library that its makers want clients to use: Slurm's {@code srun --mpi=pmix} and
 * Open MPI's {@code mpirun} offer it. A key belongs to the process that has put it. The numbers are those of {@code
 * pmix_common.h} of version 4 on a machine with 64 bits, which later versions keep.
 *
 * <p>Says nothing unasked: the process manager ends the nodes itself when it is to end, or one of them has failed.
 */
final class Pmix implements ProcessManager {
    static final String PREFIX = "PMIX_";
    private static final String LIBRARY = "libpmix.so.2";

    private static final int SUCCESS = 0;
    private static final int NOT_FOUND = -46;
    private static final int GLOBAL = 3;
    private static final int ALL_RANKS = -2;
    private static final short BOOL = 1;
    private static final short STRING = 3;
    private static final short INT = 6;
    private static final short UINT32 = 14;
    private static final int PATIENCE_SECONDS = 60;

    // struct pmix_proc: the name of the job and the number of the process.
    private static final long PROC_BYTES = 260;
    private static final long PROC_RANK = 256;
    // struct pmix_value: a type and a union.
    private static final long VALUE_BYTES = 32;
    private static final long VALUE_DATA = 8;
    // struct pmix_info: a key, flags and a value.
    private static final long INFO_BYTES = 552;
    private static final long INFO_VALUE = 520;

    private final SymbolLookup library;
    private final MemorySegment own = Arena.global().allocate(PROC_BYTES, 8);
    private final int node;
    private final int nodes;

    static boolean isThere(Map<String, String> environment) {
        return environment.containsKey("PMIX_RANK") && environment.containsKey("PMIX_NAMESPACE");
    }

    /** Joins the job of this process's environment. */
    static Pmix join() {
        try {
            return new Pmix(SymbolLookup.libraryLookup(LIBRARY, Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new PmiException("the process manager offers PMIx, for which " + LIBRARY
                    + " is needed; install it (apt install libpmix2), or choose another way (srun --mpi=pmi2)");
        }
    }

    private Pmix(SymbolLookup library) {
        this.library = library;
        try (Arena arena = Arena.ofConfined()) {
            // The library's other store, in shared memory, loses what a process puts after several fences (OpenPMIx 4.2.2).
            NativeFunction.ofLibc("setenv").call(arena.allocateFrom("PMIX_GDS_MODULE").address(), arena.allocateFrom("hash").address(), 1);
            checked("PMIx_Init", call("PMIx_Init", own.address(), 0, 0));
            this.node = own.get(JAVA_INT, PROC_RANK);
            MemorySegment size = fetch(arena, ALL_RANKS, "pmix.job.size");
            if (size == null || size.get(JAVA_SHORT, 0) != UINT32) {
                throw new PmiException("the process manager does not say how many nodes there are (pmix.job.size)");
            }
            this.nodes = size.get(JAVA_INT, VALUE_DATA);
        }
    }

    /** Functions are looked up at each call: there are few. */
    private int call(String function, long... arguments) {
        long[] all = java.util.Arrays.copyOf(arguments, 7);
        return (int) new NativeFunction(library.findOrThrow(function)).call(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
    }

    private static void checked(String function, int status) {
        if (status != SUCCESS) {
            throw new PmiException("the process manager refuses " + function + ": PMIx status " + status);
        }
    }

    /** The value under another process's key, or null. */
    private MemorySegment fetch(Arena arena, int rank, String key) {
        MemorySegment of = arena.allocate(PROC_BYTES, 8).copyFrom(own);
        of.set(JAVA_INT, PROC_RANK, rank);
        MemorySegment limit = info(arena, "pmix.timeout", INT);
        limit.set(JAVA_INT, INFO_VALUE + VALUE_DATA, PATIENCE_SECONDS);
        MemorySegment found = arena.allocate(ADDRESS);
        int status = call("PMIx_Get", of.address(), arena.allocateFrom(key).address(), limit.address(), 1, found.address());
        if (status == NOT_FOUND) {
            return null;
        }
        checked("PMIx_Get", status);
        return found.get(ADDRESS, 0).reinterpret(VALUE_BYTES);
    }

    private static MemorySegment info(Arena arena, String key, short type) {
        MemorySegment info = arena.allocate(INFO_BYTES, 8);
        info.setString(0, key);
        info.set(JAVA_SHORT, INFO_VALUE, type);
        return info;
    }

    @Override
    public int node() {
        return node;
    }

    @Override
    public int nodes() {
        return nodes;
    }

    @Override
    public InetAddress address() {
        return null;
    }

    @Override
    public void put(String key, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stored = arena.allocate(VALUE_BYTES, 8);
            stored.set(JAVA_SHORT, 0, STRING);
            stored.set(ADDRESS, VALUE_DATA, arena.allocateFrom(value, StandardCharsets.UTF_8));
            checked("PMIx_Put", call("PMIx_Put", GLOBAL, arena.allocateFrom(key).address(), stored.address()));
            checked("PMIx_Commit", call("PMIx_Commit"));
        }
    }

    @Override
    public String get(int from, String key) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = fetch(arena, from, key);
            return value == null || value.get(JAVA_SHORT, 0) != STRING ? null
                    : value.get(ADDRESS, VALUE_DATA).reinterpret(Long.MAX_VALUE).getString(0, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void barrier() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment collect = info(arena, "pmix.collect", BOOL);
            collect.set(JAVA_BYTE, INFO_VALUE + VALUE_DATA, (byte) 1);
            checked("PMIx_Fence", call("PMIx_Fence", 0, 0, collect.address(), 1));
        }
    }

    @Override
    public void abort(int status, String message) {
        try (Arena arena = Arena.ofConfined()) {
            call("PMIx_Abort", status, arena.allocateFrom(message).address(), 0, 0);
        }
    }

    @Override
    public void listen(Listener listener) {
        // It says nothing.
    }

    @Override
    public void close() {
        call("PMIx_Finalize", 0, 0);
    }
}
