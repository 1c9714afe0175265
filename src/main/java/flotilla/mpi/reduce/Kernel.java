package flotilla.mpi.reduce;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import flotilla.abi.StandardAbi;
import flotilla.memory.HostLibrary;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * One predefined operation on one representation: a function of guest/host/folds.c. All predefined operations are
 * commutative, bit by bit: the order in which vectors are folded into an accumulator matters only where rounding does.
 *
 * <p>Instances are shared and immutable; two calls may be combined exactly if they found the same instance. Addresses may be
 * those that guests have given, see {@link Memory}.
 */
public final class Kernel {
    /** Bytes of a piece that is combined at a time: the operands and the result fit the first-level cache together. */
    public static final int PIECE_BYTES = 8 << 10;

    /** So many short vectors are folded faster by one call that costs more. */
    private static final int MANY = 16;

    private static final class Natives {
        private static final FunctionDescriptor TYPE = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
        /** A short call, which the garbage collector may wait for, is cheaper. */
        static final MethodHandle SHORT = Linker.nativeLinker().downcallHandle(TYPE, Linker.Option.critical(false));
        static final MethodHandle LONG = Linker.nativeLinker().downcallHandle(TYPE);
        static final NativeFunction ALL = new NativeFunction(HostLibrary.lookup().findOrThrow("flotilla_fold_all"));
    }

    private final int operation;
    private final String name;
    private final String symbol;
    private final int elementBytes;
    /** Looked up on first use: a program uses few of them. */
    private MemorySegment function;

    /** @param symbol the function's name */
    Kernel(int operation, String name, String symbol, int elementBytes) {
        this.operation = operation;
        this.name = name;
        this.symbol = symbol;
        this.elementBytes = elementBytes;
    }

    /** Bytes from one element to the next, in memory. */
    public int elementBytes() {
        return elementBytes;
    }

    /** Elements in a piece. */
    public int pieceElements() {
        return PIECE_BYTES / elementBytes;
    }

    /** {@code inout[i] = in[i] op inout[i]} for {@code count} elements, as MPI_Reduce_local. */
    public void combine(long in, long inout, long count) {
        combine(in, inout, inout, count);
    }

    /** {@code out[i] = a[i] op b[i]} for {@code count} elements; {@code out} may be {@code a} or {@code b}. */
    public void combine(long a, long b, long out, long count) {
        if (count == 0) {
            return;
        }
        long bytes = count * elementBytes;
        switch (operation) {
            case StandardAbi.REPLACE -> Memory.copy(a, out, bytes);
            case StandardAbi.NO_OP -> Memory.copy(b, out, bytes);
            default -> {
                Memory.check(a, a + bytes);
                Memory.check(b, b + bytes);
                Memory.check(out, out + bytes);
                call(a, b, out, count);
            }
        }
    }

    /**
     * Folds {@code number} vectors of {@code count} elements, which lie one behind the other in the host's own memory, into the first,
     * in their order.
     */
    public void combineAll(long vectors, int number, long count) {
        long bytes = count * elementBytes;
        if (number < MANY || operation == StandardAbi.REPLACE || operation == StandardAbi.NO_OP) {
            for (int i = 1; i < number; i++) {
                combine(vectors + i * bytes, vectors, count);
            }
            return;
        }
        Natives.ALL.call(function().address(), vectors, bytes, number, count, 0, 0);
    }

    private MemorySegment function() {
        MemorySegment target = function;
        if (target == null) {
            target = HostLibrary.lookup().findOrThrow(symbol);
            function = target;
        }
        return target;
    }

    private void call(long a, long b, long out, long count) {
        MemorySegment target = function();
        try {
            if (count * elementBytes <= PIECE_BYTES) {
                Natives.SHORT.invokeExact(target, a, b, out, count);
            } else {
                Natives.LONG.invokeExact(target, a, b, out, count);
            }
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** For messages: "MPI_SUM on FLOAT64". */
    @Override
    public String toString() {
        return name;
    }
}
