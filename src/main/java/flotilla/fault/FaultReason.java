package flotilla.fault;

import flotilla.image.RankImages;
import flotilla.image.SlotRegion;

/** Why the processor or the kernel stopped a rank (sigaction(2), "The siginfo_t argument to a SA_SIGINFO handler"). */
final class FaultReason {
    private static final int SIGILL = 4;
    private static final int SIGTRAP = 5;
    static final int SIGABRT = 6;
    private static final int SIGBUS = 7;
    private static final int SIGFPE = 8;
    private static final int SIGSEGV = 11;
    private static final int SI_KERNEL = 0x80;
    /** A frame of more than the guard's size jumps over it: so far below the stack its overflow is believed. */
    private static final long FAR_BELOW_STACK = 1L << 30;

    private final FaultRecord fault;
    private final RankImages rank;
    private final AddressOwner owner;

    FaultReason(FaultRecord fault, RankImages rank, AddressOwner owner) {
        this.fault = fault;
        this.rank = rank;
        this.owner = owner;
    }

    String text() {
        if (fault.code() <= 0) {
            return "signal " + fault.signal() + " was sent to the process";
        }
        return switch (fault.signal()) {
            case SIGILL -> "illegal instruction (SIGILL) at " + at(fault.rip());
            case SIGTRAP -> "trap instruction (SIGTRAP)";
            case SIGBUS -> "bus error (SIGBUS): " + bus();
            case SIGFPE -> arithmetic() + " (SIGFPE)";
            case SIGSEGV -> segmentation();
            default -> "signal " + fault.signal();
        };
    }

    private String at(long address) {
        return "0x" + Long.toHexString(address) + ", " + owner.describe(address);
    }

    private String bus() {
        return switch (fault.code()) {
            case 1 -> "unaligned access";
            case 2 -> access() + at(fault.address()) + ": beyond the end of the file that is mapped there";
            case 4, 5 -> "a memory error of the hardware at " + at(fault.address());
            default -> access() + at(fault.address());
        };
    }

    private String arithmetic() {
        return switch (fault.code()) {
            case 1 -> "integer division by zero";
            case 2 -> "integer overflow";
            case 3 -> "floating-point division by zero";
            case 4 -> "floating-point overflow";
            case 5 -> "floating-point underflow";
            case 6 -> "inexact floating-point result";
            case 7 -> "invalid floating-point operation";
            case 8 -> "subscript out of range";
            default -> "arithmetic exception";
        };
    }

    private String access() {
        return fault.isInstructionFetch() ? "jump to " : fault.isWrite() ? "write to " : "read of ";
    }

    private String segmentation() {
        if (isStackOverflow()) {
            return "stack overflow (SIGSEGV at 0x" + Long.toHexString(fault.address()) + "): the stack of "
                    + (rank.stackSize() >> 10) + " KiB is full; --stack-size gives more";
        }
        if (fault.code() == SI_KERNEL) {
            String pointers = fault.impossiblePointers();
            return "segmentation fault (SIGSEGV): use of an address that no memory can have"
                    + (pointers.isEmpty() ? "" : " (" + pointers + ")");
        }
        String suffix = fault.isInstructionFetch() && fault.code() == 2 ? ", not executable" : "";
        return "segmentation fault (SIGSEGV): " + access() + at(fault.address()) + suffix;
    }

    /** The guard was touched, or the stack pointer has left the stack downwards; pushes do not even have an address then. */
    private boolean isStackOverflow() {
        long address = fault.code() == SI_KERNEL ? fault.rsp() : fault.address();
        long base = rank.stackBase();
        if (address >= rank.slotBase() && address < base && rank.region(address) == SlotRegion.STACK_GUARD) {
            return true;
        }
        return fault.rsp() < base && fault.rsp() > base - FAR_BELOW_STACK && Math.abs(address - fault.rsp()) < 1 << 16;
    }
}
