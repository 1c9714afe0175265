package flotilla.elf.unwind;

/**
 * Registers of one frame under DWARF's numbers (psABI x86-64, "DWARF Register Number Mapping"): rax 0, rdx 1, rcx 2, rbx 3,
 * rsi 4, rdi 5, rbp 6, rsp 7, r8 to r15 8 to 15, the return address (rip) 16. Some may be unknown. Immutable.
 */
public final class Registers {
    public static final int RBX = 3;
    public static final int RBP = 6;
    public static final int RSP = 7;
    public static final int RIP = 16;
    public static final int COUNT = 17;

    private final long[] values;
    private final int known;

    private Registers(long[] values, int known) {
        this.values = values;
        this.known = known;
    }

    /** With no register known. */
    public static Registers none() {
        return new Registers(new long[COUNT], 0);
    }

    /** These registers with one of them changed. */
    public Registers with(int register, long value) {
        long[] copy = values.clone();
        copy[register] = value;
        return new Registers(copy, known | 1 << register);
    }

    /** These registers with one of them unknown. */
    public Registers without(int register) {
        return new Registers(values, known & ~(1 << register));
    }

    public boolean knows(int register) {
        return register >= 0 && register < COUNT && (known & 1 << register) != 0;
    }

    /** Its value; 0 when unknown. */
    public long get(int register) {
        return knows(register) ? values[register] : 0;
    }

    public long pc() {
        return get(RIP);
    }

    public long sp() {
        return get(RSP);
    }
}
