package flotilla.memory;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/**
 * A C function of this process whose arguments and result are integers or addresses. One handle calls them all, because
 * making one of a type not had before takes the linker milliseconds, and every job would wait for them: arguments that a
 * function does not have are not looked at (psABI, "Parameter Passing"). The call is slower than one of its own type by some
 * nanoseconds.
 */
public final class NativeFunction {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE_LAYOUT = Linker.Option.captureStateLayout();
    /** On Linux the layout has this member alone. Asking it takes milliseconds, too. */
    private static final long ERRNO = 0;
    /** Where a call leaves errno when nobody will look, on any thread. */
    private static final MemorySegment UNREAD = Arena.global().allocate(CAPTURE_LAYOUT);
    private static final ThreadLocal<MemorySegment> READ =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE_LAYOUT));
    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private final MemorySegment address;

    public NativeFunction(MemorySegment address) {
        this.address = address;
    }

    /** A function of the C library. */
    public static NativeFunction ofLibc(String name) {
        return new NativeFunction(LINKER.defaultLookup().findOrThrow(name));
    }

    public long call() {
        return call(0, 0, 0, 0, 0, 0, 0);
    }

    public long call(long a) {
        return call(a, 0, 0, 0, 0, 0, 0);
    }

    public long call(long a, long b) {
        return call(a, b, 0, 0, 0, 0, 0);
    }

    public long call(long a, long b, long c) {
        return call(a, b, c, 0, 0, 0, 0);
    }

    /** Answers the register of the result. Of an {@code int}, only the low half means something. */
    public long call(long a, long b, long c, long d, long e, long f, long g) {
        return call(UNREAD, a, b, c, d, e, f, g);
    }

    /** For a function that answers -1 when it has set errno: answers {@code -errno} then. */
    long callOrErrno(long a, long b, long c, long d, long e, long f, long g) {
        MemorySegment capture = READ.get();
        long result = call(capture, a, b, c, d, e, f, g);
        return result == -1 ? -Memory.getInt(capture.address() + ERRNO) : result;
    }

    private long call(MemorySegment capture, long a, long b, long c, long d, long e, long f, long g) {
        try {
            return (long) CALL.invokeExact(address, capture, a, b, c, d, e, f, g);
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }
}
