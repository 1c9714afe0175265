package flotilla.mpi.reduce;

import flotilla.abi.StandardAbi;
import flotilla.memory.Memory;
import flotilla.mpi.datatype.BasicType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code inout = in op inout} on vectors in native memory, beside a loop written by hand and beside a copy of one vector, which
 * moves two thirds of the bytes: long vectors are combined at memory speed when they take 1.5 times as long as that.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class KernelBenchmark {
    /** What is combined. */
    public enum Case {
        SUM_DOUBLE(StandardAbi.SUM, BasicType.DOUBLE),
        MAX_DOUBLE(StandardAbi.MAX, BasicType.DOUBLE),
        SUM_FLOAT(StandardAbi.SUM, BasicType.FLOAT),
        SUM_INT(StandardAbi.SUM, BasicType.INT),
        BAND_LONG(StandardAbi.BAND, BasicType.LONG),
        MAXLOC_DOUBLE_INT(StandardAbi.MAXLOC, BasicType.DOUBLE_INT);

        private final int operation;
        private final BasicType type;

        Case(int operation, BasicType type) {
            this.operation = operation;
            this.type = type;
        }
    }

    @Param
    public Case what;

    /** Of each vector: in the first-level cache, in the last-level cache or beyond, in memory. */
    @Param({"4096", "1048576", "67108864"})
    public long bytes;

    private MemorySegment in;
    private MemorySegment inout;
    private Kernel kernel;
    private long count;

    @Setup
    public void allocate() {
        in = Arena.global().allocate(bytes, 64).fill((byte) 1);
        inout = Arena.global().allocate(bytes, 64).fill((byte) 1);
        kernel = Kernels.find(what.operation, what.type);
        count = bytes / kernel.elementBytes();
    }

    @Benchmark
    public void combine() {
        kernel.combine(in.address(), inout.address(), count);
    }

    @Benchmark
    public void copy() {
        Memory.copy(in.address(), inout.address(), bytes);
    }

    /** The same for all: a sum of doubles in a plain loop. */
    @Benchmark
    public void sumOfDoublesByHand() {
        for (long i = 0; i < bytes / Double.BYTES; i++) {
            inout.setAtIndex(ValueLayout.JAVA_DOUBLE, i, in.getAtIndex(ValueLayout.JAVA_DOUBLE, i) + inout.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
        }
    }
}
