package flotilla.trap;

import flotilla.abi.ControlBlock;
import flotilla.abi.Operation;
import flotilla.memory.GuestMemory;
import flotilla.memory.Memory;
import flotilla.mpi.core.CallState;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Wait;
import flotilla.mpi.dispatch.Dispatcher;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.error.MpiException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Decodes a trap, has it answered, and puts the answer into the control block. Used by a PE for the rank that it runs, and by
 * the threads that a rank has made.
 */
public class GuestTraps implements Traps {
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;

    private final SystemServices services;

    public GuestTraps(SystemServices services) {
        this.services = services;
    }

    @Override
    public Guest.PeThread enterThread() {
        return Guest.enterPeThread();
    }

    @Override
    public void leaveThread() {
        Guest.leavePeThread();
    }

    @Override
    public void bind(Rank rank, Guest.PeThread thread, PeLocal pe) {
        rank.pe = pe;
        Guest.bind(rank.mainControl, thread);
    }

    @Override
    public void bind(long control, Guest.PeThread thread) {
        Guest.bind(control, thread);
    }

    @Override
    public int run(Rank rank) {
        PeLocal pe = rank.pe;
        long next = pe.nextControl;
        pe.nextControl = 0;
        return handle(rank, Guest.resume(rank.mainControl, next));
    }

    @Override
    public int run(Rank rank, CallState calls) {
        int operation = Guest.resume(calls.control(), 0);
        rank.lock.lock();
        rank.exchange(calls);
        try {
            return handle(rank, operation);
        } finally {
            rank.exchange(calls);
            rank.lock.unlock();
        }
    }

    @Override
    public int poll(Rank rank, CallState calls) {
        rank.lock.lock();
        rank.exchange(calls);
        try {
            return look(rank);
        } finally {
            rank.exchange(calls);
            rank.lock.unlock();
        }
    }

    @Override
    public int poll(Rank rank) {
        return look(rank);
    }

    @Override
    public void threadEnded(Rank rank, long control) {
        long word = control + ControlBlock.THREAD_ENDED;
        Memory.putInt(word, 1);
        WordWaits.of(rank).wake(rank, word, Integer.MAX_VALUE);
    }

    @Override
    public void callAtEnd(Rank rank, long function) {
        rank.callGuest(function, (r, value) -> Rank.BLOCKED);
        Memory.putLong(rank.control + ControlBlock.COMMAND, ControlBlock.COMMAND_CALL);
        int answer;
        do {
            // The lock may be held by the thread that ended the job, and that waits for this to end.
            answer = handle(rank, Guest.resume(rank.control, 0));
        } while (answer == RESUME || answer == YIELD);
    }

    /** Asks what the rank, or the thread of it that is under way, waits for: answers what {@link #poll} does. */
    protected int look(Rank rank) {
        rank.drainInbox();
        Wait wait = rank.wait;
        if (wait == null) {
            return RESUME;
        }
        int answer;
        try {
            answer = checkMemory(rank, rank.ask(wait));
        } catch (MpiException e) {
            rank.wait = null;
            GuestMemory.takeBadAddress();
            answer = rank.raise(rank.currentFunction, rank.currentComm, e);
            return settle(rank, answer);
        } catch (IndexOutOfBoundsException e) {
            rank.wait = null;
            answer = wildAddress(rank, e);
            return settle(rank, answer);
        }
        if (answer == Rank.BLOCKED) {
            return settle(rank, answer);
        }
        if (rank.wait == wait) {
            rank.wait = null;
        }
        return settle(rank, answer);
    }

    /** A signal has arrived for a rank that waits: a system call ends with EINTR, an MPI call goes on after the handler. */
    private static int interrupt(Rank rank, Wait wait) {
        rank.wait = null;
        if (wait.interrupt(rank)) {
            return settle(rank, -EINTR);
        }
        Memory.putLong(rank.control + ControlBlock.SIGNALS_ARRIVED, 0);
        long take = Memory.getLong(Memory.getLong(rank.mainControl + ControlBlock.SIGNALS));
        return settle(rank, rank.callGuest(take, (self, value) -> self.waitFor(wait)));
    }

    /** The guest has trapped with {@code operation}: answers what {@link #run} does. */
    protected int handle(Rank rank, int operation) {
        long control = rank.control;
        if (operation >= Operation.MPI_FIRST) {
            int function = operation - Operation.MPI_FIRST;
            rank.currentFunction = function;
            rank.currentComm = null;
            int answer;
            try {
                if (rank.environment == Rank.Environment.INITIALIZED || Lifetime.isAnyTime(function)) {
                    answer = Dispatcher.dispatch(function, rank);
                } else {
                    answer = Lifetime.refuse(rank, function);
                }
                answer = checkMemory(rank, answer);
            } catch (IndexOutOfBoundsException e) {
                answer = wildAddress(rank, e);
            }
            return settle(rank, answer);
        }
        if (operation == Operation.CALL_RETURNED) {
            int answer;
            try {
                answer = checkMemory(rank, rank.guestReturned(rank.argument(0)));
            } catch (IndexOutOfBoundsException e) {
                answer = wildAddress(rank, e);
            }
            return settle(rank, answer);
        }
        rank.currentFunction = -1;
        switch (operation) {
            case Operation.OUTPUT -> result(control,
                    services.output(rank, (int) rank.argument(0), rank.argument(1), rank.argument(2)));
            case Operation.INPUT -> {
                return settle(rank, services.input(rank, rank.argument(0), rank.argument(1)));
            }
            case Operation.SLEEP -> {
                return settle(rank, services.sleep(rank, rank.argument(0)));
            }
            case Operation.YIELD -> {
                result(control, 0);
                return YIELD;
            }
            case Operation.THREAD_START -> result(control, startThread(rank, rank.argument(0)));
            case Operation.THREAD_END -> {
                return THREAD_ENDED;
            }
            case Operation.WAIT -> {
                return settle(rank, WordWaits.of(rank).begin(rank, rank.argument(0), (int) rank.argument(1), rank.argument(2),
                        rank.argument(3) != 0, services));
            }
            case Operation.WAKE -> result(control, WordWaits.of(rank).wake(rank, rank.argument(0), (int) rank.argument(1)));
            case Operation.ALARM -> {
                services.alarm(rank, rank.argument(0));
                result(control, 0);
            }
            case Operation.INTERRUPT -> {
                services.interrupt(rank, rank.argument(0));
                result(control, 0);
            }
            case Operation.DLOPEN, Operation.DLSYM, Operation.DLCLOSE, Operation.DLADDR, Operation.DLERROR -> {
                services.dynamicLinking(rank, operation);
                Memory.putLong(control + ControlBlock.COMMAND, ControlBlock.COMMAND_RETURN);
            }
            case Operation.STATE -> result(control, 0); // done by the resume that follows
            case Operation.EXIT -> {
                services.exit(rank, (int) rank.argument(0));
                return ENDED;
            }
            case Operation.MISSING -> {
                long name = rank.argument(0);
                services.missing(rank, name == 0 ? null : Memory.getString(name), rank.argument(1));
                return ENDED;
            }
            case Operation.ABORT -> {
                long message = rank.argument(0);
                services.guestAbort(rank, (int) rank.argument(1), message == 0 ? null : Memory.getString(message));
                return ENDED;
            }
            case Operation.FAULT -> {
                services.fault(rank);
                return ENDED;
            }
            default -> throw new IllegalStateException("trap with unknown operation " + operation);
        }
        return RESUME;
    }

    private long startThread(Rank rank, long control) {
        var thread = new CallState(control);
        if (rank.lock != null) {
            return startThread(rank, thread, null);
        }
        // What the main thread does in MPI is put aside before the new thread can look.
        var main = new CallState(rank.mainControl);
        var lock = new ReentrantLock();
        lock.lock();
        rank.lock = lock;
        PeLocal lent = rank.pe;
        rank.exchange(main);
        main.leavePe();
        long answer = startThread(rank, thread, main);
        if (answer != 0) {
            rank.exchange(main);
            rank.pe = lent;
            rank.lock = null;
        }
        lock.unlock();
        return answer;
    }

    private long startThread(Rank rank, CallState thread, CallState main) {
        try {
            services.startThread(rank, thread, main);
            return 0;
        } catch (OutOfMemoryError noMoreThreads) {
            return -EAGAIN;
        }
    }

    /** Turns what a call answered into what the guest sees. */
    private static int settle(Rank rank, int answer) {
        if (answer == Rank.BLOCKED) {
            boolean arrived = Memory.getLong(rank.control + ControlBlock.SIGNALS_ARRIVED) != 0 && rank.wait != null
                    && rank.wait.isInterruptible();
            return arrived ? interrupt(rank, rank.wait) : BLOCKED;
        }
        if (answer == Rank.CALLING) {
            Memory.putLong(rank.control + ControlBlock.COMMAND, ControlBlock.COMMAND_CALL);
            return RESUME;
        }
        result(rank.control, answer > 0 && rank.currentFunction >= 0 ? rank.face.errorCode(answer) : answer);
        if (rank.yield) {
            rank.yield = false;
            return YIELD;
        }
        return RESUME;
    }

    /**
     * The host touched memory that is not there, on behalf of this rank: its call fails. When it has something under way, it
     * fails only once that has ended; but a job that this ends need not wait.
     */
    private static int checkMemory(Rank rank, int answer) {
        long bad = GuestMemory.takeBadAddress();
        if (bad == 0 && rank.badAddress == 0) {
            return answer;
        }
        if (bad != 0) {
            rank.badAddress = bad;
        }
        if ((answer == Rank.BLOCKED || answer == Rank.CALLING) && !rank.isErrorFatal(rank.currentComm)) {
            return answer;
        }
        bad = rank.badAddress;
        rank.badAddress = 0;
        return rank.raise(rank.currentFunction, rank.currentComm, notMapped(bad));
    }

    private static int wildAddress(Rank rank, IndexOutOfBoundsException failure) {
        long address = GuestMemory.wildAddress(failure);
        if (address == 0) {
            throw failure;
        }
        GuestMemory.takeBadAddress();
        return rank.raise(rank.currentFunction, rank.currentComm, notMapped(address));
    }

    private static MpiException notMapped(long address) {
        return new MpiException(ErrorClass.BUFFER, "the memory at 0x" + Long.toHexString(address) + " is not mapped");
    }

    private static void result(long control, long value) {
        Memory.putLong(control + ControlBlock.RESULT, value);
        Memory.putLong(control + ControlBlock.COMMAND, ControlBlock.COMMAND_RETURN);
    }
}
