package flotilla.balance.strategy;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import flotilla.balance.BalanceException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Collections;

/**
 * METIS 5's k-way partitioner (Karypis and Kumar, "Multilevel k-way Partitioning Scheme for Irregular Graphs", 1998), found when
 * the library is installed: Debian's libmetis5, with indices and reals of 32 bits.
 *
 * <p>While it works, METIS has handlers of its own for SIGABRT and SIGTERM (GKlib's {@code gk_sigtrap}), by which it leaves its
 * functions when memory runs out; they serve the calling thread alone. Who calls it in a process in which others may get these
 * signals has to keep them away for that time.
 */
final class Metis {
    private static final String LIBRARY = "libmetis.so.5";
    private static final int OPTIONS = 40;
    private static final int OPTION_SEED = 8;
    private static final int OPTION_UFACTOR = 16;
    private static final int OK = 1;
    private static final int ERROR_MEMORY = -3;

    /** Loaded when first asked for. */
    private static final class Library {
        static final Library INSTANCE = load();

        private final MethodHandle setDefaultOptions;
        private final MethodHandle partGraphKway;

        private Library(SymbolLookup lookup) {
            Linker linker = Linker.nativeLinker();
            setDefaultOptions = linker.downcallHandle(lookup.findOrThrow("METIS_SetDefaultOptions"),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS));
            partGraphKway = linker.downcallHandle(lookup.findOrThrow("METIS_PartGraphKway"),
                    FunctionDescriptor.of(JAVA_INT, Collections.nCopies(13, ADDRESS).toArray(MemoryLayout[]::new)));
        }

        private static Library load() {
            SymbolLookup lookup;
            try {
                lookup = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            } catch (IllegalArgumentException absent) {
                return null;
            }
            return new Library(lookup);
        }
    }

    private final Library library;

    /** @throws BalanceException when the library is missing or has indices of another size */
    Metis() {
        library = Library.INSTANCE;
        if (library == null) {
            throw new BalanceException("strategy comm: " + LIBRARY
                    + " is not installed; install it (apt install libmetis5) or choose greedy-refine");
        }
        try (Arena arena = Arena.ofConfined()) {
            // Twice the room: with indices of 64 bits twice as much would be written.
            MemorySegment options = arena.allocate(JAVA_INT, 2 * OPTIONS);
            call(library.setDefaultOptions, options);
            if (options.getAtIndex(JAVA_INT, OPTIONS) != 0) {
                throw new BalanceException("strategy comm: " + LIBRARY
                        + " is built with indices of 64 bits; install one with 32, as Debian's libmetis5");
            }
        }
    }

    /**
     * Cuts a graph into parts of given shares of its weight, so that edges between parts weigh little.
     *
     * @param shares of each of two or more parts, more than 0, that add up to 1
     * @param imbalance by how many thousandths a part may be heavier than its share
     * @return the part of each vertex
     */
    int[] parts(Graph graph, float[] shares, int imbalance, int seed) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment options = arena.allocate(JAVA_INT, OPTIONS);
            call(library.setDefaultOptions, options);
            options.setAtIndex(JAVA_INT, OPTION_SEED, seed);
            options.setAtIndex(JAVA_INT, OPTION_UFACTOR, imbalance);
            MemorySegment parts = arena.allocate(JAVA_INT, graph.vertices());
            int status;
            try {
                status = (int) library.partGraphKway.invokeExact(one(arena, graph.vertices()), one(arena, 1),
                        all(arena, graph.starts()), all(arena, graph.neighbours()), all(arena, graph.weights()),
                        MemorySegment.NULL, all(arena, graph.edges()), one(arena, shares.length),
                        arena.allocateFrom(JAVA_FLOAT, shares), MemorySegment.NULL, options, one(arena, 0), parts);
            } catch (RuntimeException | Error failure) {
                throw failure;
            } catch (Throwable failure) {
                throw new AssertionError(failure);
            }
            if (status != OK) {
                throw new BalanceException("strategy comm: METIS can't partition " + graph.vertices() + " ranks into "
                        + shares.length + " parts ("
                        + (status == ERROR_MEMORY ? "out of memory" : "error " + status) + "); choose greedy-refine");
            }
            return parts.toArray(JAVA_INT);
        }
    }

    private static MemorySegment one(Arena arena, int value) {
        return arena.allocateFrom(JAVA_INT, value);
    }

    private static MemorySegment all(Arena arena, int[] values) {
        return arena.allocateFrom(JAVA_INT, values);
    }

    private static void call(MethodHandle function, MemorySegment argument) {
        try {
            int ignored = (int) function.invokeExact(argument);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }
}
