package flotilla.fault;

import flotilla.abi.ControlBlock;
import flotilla.elf.unwind.Registers;
import flotilla.memory.Memory;

/**
 * What the signal handler left in the control block of a rank.
 *
 * @param signal  its number
 * @param code    {@code si_code}
 * @param address {@code si_addr}
 * @param general registers as struct sigcontext has them
 */
record FaultRecord(int signal, int code, long address, long[] general) {
    // Indices of registers in struct sigcontext (asm/sigcontext.h).
    static final int RIP = 16;
    private static final int EFLAGS = 17;
    static final int ERROR = 19;
    private static final int RSP = 15;
    private static final String[] NAMES = {"r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15", "rdi", "rsi", "rbp", "rbx",
        "rdx", "rax", "rcx", "rsp"};
    /** DWARF's number of each of {@link #NAMES}, then of rip. */
    private static final int[] DWARF = {8, 9, 10, 11, 12, 13, 14, 15, 5, 4, 6, 3, 1, 0, 2, 7, 16};

    static FaultRecord of(long control) {
        long[] general = new long[ControlBlock.FAULT_REGISTER_COUNT];
        for (int i = 0; i < general.length; i++) {
            general[i] = Memory.getLong(control + ControlBlock.FAULT_REGISTERS + 8L * i);
        }
        return new FaultRecord(Memory.getInt(control + ControlBlock.FAULT_SIGNAL), Memory.getInt(control + ControlBlock.FAULT_CODE),
                Memory.getLong(control + ControlBlock.FAULT_ADDRESS), general);
    }

    Registers registers() {
        Registers registers = Registers.none();
        for (int i = 0; i < DWARF.length; i++) {
            registers = registers.with(DWARF[i], general[i]);
        }
        return registers;
    }

    StopState state() {
        return new StopState(registers(), general[EFLAGS], signal, code, address);
    }

    long rip() {
        return general[RIP];
    }

    long rsp() {
        return general[RSP];
    }

    /** Bits of a page fault's error code (Intel SDM volume 3, "Page-Fault Exceptions"). */
    boolean isWrite() {
        return (general[ERROR] & 2) != 0;
    }

    boolean isInstructionFetch() {
        return (general[ERROR] & 16) != 0;
    }

    /** The registers that hold addresses no memory can have, as {@code rax = 0x...}; empty for none. */
    String impossiblePointers() {
        var text = new StringBuilder();
        for (int i = 0; i < NAMES.length; i++) {
            long high = general[i] >> 47;
            if (high != 0 && high != -1) {
                text.append(text.isEmpty() ? "" : ", ").append(NAMES[i]).append(" = 0x").append(Long.toHexString(general[i]));
            }
        }
        return text.toString();
    }
}
