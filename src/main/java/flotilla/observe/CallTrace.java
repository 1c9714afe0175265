package flotilla.observe;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.mpi.core.Rank;
import flotilla.mpi.dispatch.FunctionNames;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The trace of a job's MPI calls: a line for each, when it returns. A call that never does gets its line at the job's end.
 * The times are seconds since the job began, and those that the call took.
 */
public final class CallTrace {
    private final Calls[] byRank;
    private final Consumer<String> lines;
    private final CallText.FunctionSymbols symbols;

    /**
     * @param ranks   in the job
     * @param traced  the ranks whose calls are printed
     * @param lines   takes a line, without its end, from any thread
     * @param symbols names functions of ranks
     */
    public CallTrace(int ranks, BitSet traced, Consumer<String> lines, CallText.FunctionSymbols symbols) {
        this.byRank = new Calls[ranks];
        this.lines = lines;
        this.symbols = symbols;
        traced.stream().forEach(rank -> byRank[rank] = new Calls());
    }

    /** Null when the rank is not traced. */
    Calls of(Rank rank) {
        Calls calls = byRank[rank.worldRank];
        if (calls != null) {
            calls.rank = rank;
        }
        return calls;
    }

    /** Any thread, when the ranks run no more: prints the calls that will not return. */
    public void end() {
        for (Calls calls : byRank) {
            if (calls != null) {
                calls.abandonAll();
            }
        }
    }

    /**
     * The calls that a rank is in: more than one when a function of the program that MPI has called (a reduction
     * operation, an error handler) calls MPI, and for each of its threads, which are told apart by their control blocks.
     * Used by the thread that answers the rank's trap, but for {@link #abandonAll}.
     */
    final class Calls {
        private final Map<Long, ArrayDeque<Call>> byThread = new HashMap<>(2);
        private Rank rank;

        /** The calls that the thread is in whose trap is answered. */
        private ArrayDeque<Call> open() {
            return byThread.computeIfAbsent(rank.control, control -> new ArrayDeque<>(2));
        }

        /** The arguments of the call stand in the control block. */
        synchronized void begin(int function) {
            long stackPointer = Memory.getLong(rank.control + ControlBlock.GUEST_SP);
            ArrayDeque<Call> open = open();
            while (!open.isEmpty() && hasLeft(open.peek(), stackPointer)) {
                abandonLast(open);
            }
            open.push(new Call(new CallText(rank, function, symbols), function, stackPointer, System.nanoTime()));
        }

        /** The program has jumped, or thrown an exception, out of the function that {@code call} waits for. */
        private boolean hasLeft(Call call, long stackPointer) {
            return isOnStack(call.stackPointer) && isOnStack(stackPointer) && call.stackPointer <= stackPointer;
        }

        private boolean isOnStack(long address) {
            long offset = address - Memory.getLong(rank.control + ControlBlock.STACK_BASE);
            return Long.compareUnsigned(offset, Memory.getLong(rank.control + ControlBlock.STACK_SIZE)) < 0;
        }

        /** The call waits for a function of the program. */
        synchronized void guestCalled() {
            Call call = open().peek();
            if (call != null) {
                call.inGuest = true;
            }
        }

        /** The function of the program that the last call waits for has returned. */
        synchronized void guestReturned() {
            Call call = open().peek();
            if (call != null) {
                call.inGuest = false;
            }
        }

        /** The last call returns {@code result} to the guest, unless what ended was a system call of a guest function. */
        synchronized void end(long result) {
            Call call = open().peek();
            if (call == null || call.inGuest) {
                return;
            }
            open().pop();
            long nanos = System.nanoTime() - call.begin;
            print(call, call.text.returned((int) result) + String.format(Locale.ROOT, " <%.6f>", nanos / 1e9));
        }

        /** None of the thread's calls will return. */
        synchronized void abandon() {
            ArrayDeque<Call> open = byThread.remove(rank.control);
            while (open != null && !open.isEmpty()) {
                abandonLast(open);
            }
        }

        /** None of the rank's calls will return. */
        synchronized void abandonAll() {
            for (ArrayDeque<Call> open : byThread.values()) {
                while (!open.isEmpty()) {
                    abandonLast(open);
                }
            }
        }

        private void abandonLast(ArrayDeque<Call> open) {
            Call call = open.pop();
            print(call, call.text.unfinished());
        }

        private void print(Call call, String text) {
            if (FunctionNames.name(call.function).startsWith("MPI_")) {
                lines.accept(String.format(Locale.ROOT, "[rank %d] %.6f %s", rank.worldRank,
                        (call.begin - rank.world.startTime) / 1e9, text));
            }
        }
    }

    private static final class Call {
        final CallText text;
        final int function;
        final long stackPointer;
        final long begin;
        boolean inGuest;

        Call(CallText text, int function, long stackPointer, long begin) {
            this.text = text;
            this.function = function;
            this.stackPointer = stackPointer;
            this.begin = begin;
        }
    }
}
