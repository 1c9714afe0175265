package flotilla.elf.unwind;

import flotilla.elf.ElfException;

/**
 * How the registers of the caller follow from those of one place in a function: a row of the table that call frame
 * information stands for (DWARF 5, section 6.4.1). Immutable.
 */
public final class FrameRules {
    enum Kind { UNDEFINED, SAME, AT_OFFSET, IS_OFFSET, REGISTER, AT_EXPRESSION, IS_EXPRESSION }

    /** @param expression for the two kinds with one, else null */
    record Rule(Kind kind, long value, byte[] expression) {
        static final Rule SAME = new Rule(Kind.SAME, 0, null);
        static final Rule UNDEFINED = new Rule(Kind.UNDEFINED, 0, null);
    }

    private final String file;
    private final int cfaRegister;
    private final long cfaOffset;
    private final byte[] cfaExpression;
    private final Rule[] rules;
    private final int returnRegister;
    private final boolean signalFrame;

    FrameRules(String file, int cfaRegister, long cfaOffset, byte[] cfaExpression, Rule[] rules, int returnRegister,
            boolean signalFrame) {
        this.file = file;
        this.cfaRegister = cfaRegister;
        this.cfaOffset = cfaOffset;
        this.cfaExpression = cfaExpression;
        this.rules = rules;
        this.returnRegister = returnRegister;
        this.signalFrame = signalFrame;
    }

    /** Whether the frame is one the kernel made for a signal handler: what called it was interrupted, and did not call. */
    public boolean isSignalFrame() {
        return signalFrame;
    }

    /** Whether there is no caller: the outermost frame of a thread says so. */
    public boolean isOutermost() {
        return rules[returnRegister].kind() == Kind.UNDEFINED;
    }

    /** The canonical frame address: the stack pointer of the caller before its call. */
    long cfa(Registers registers, PagedMemory memory) throws UnreadableException {
        if (cfaExpression != null) {
            return Expression.evaluate(file, cfaExpression, registers, memory, null);
        }
        if (!registers.knows(cfaRegister)) {
            throw new UnreadableException(0);
        }
        return registers.get(cfaRegister) + cfaOffset;
    }

    /**
     * The caller's registers; its return address stands under {@link Registers#RIP}, unknown when it cannot be found.
     *
     * @throws ElfException when an expression is not valid
     */
    Registers caller(Registers registers, PagedMemory memory) throws UnreadableException {
        long cfa = cfa(registers, memory);
        Registers caller = registers.with(Registers.RSP, cfa);
        for (int register = 0; register < Registers.COUNT; register++) {
            Rule rule = rules[register];
            switch (rule.kind()) {
                case SAME -> {
                    // The stack pointer is the canonical frame address, unless a rule says otherwise.
                }
                case UNDEFINED -> caller = caller.without(register);
                case AT_OFFSET -> caller = caller.with(register, memory.readWord(cfa + rule.value()));
                case IS_OFFSET -> caller = caller.with(register, cfa + rule.value());
                case REGISTER -> caller = registers.knows((int) rule.value())
                        ? caller.with(register, registers.get((int) rule.value())) : caller.without(register);
                case AT_EXPRESSION -> caller = caller.with(register,
                        memory.readWord(Expression.evaluate(file, rule.expression(), registers, memory, cfa)));
                case IS_EXPRESSION -> caller = caller.with(register,
                        Expression.evaluate(file, rule.expression(), registers, memory, cfa));
            }
        }
        if (returnRegister != Registers.RIP) {
            caller = caller.with(Registers.RIP, caller.get(returnRegister));
        } else if (rules[Registers.RIP].kind() == Kind.SAME) {
            caller = caller.without(Registers.RIP);
        }
        return caller;
    }
}
