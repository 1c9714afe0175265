package flotilla.elf.unwind;

import flotilla.elf.Cursor;
import java.nio.ByteBuffer;

/** Evaluates DWARF expressions as they occur in call frame information (DWARF 5, section 2.5). */
final class Expression {
    private static final int DEEPEST = 64;
    private static final int MOST_STEPS = 10_000;

    private final Cursor code;
    private final Registers registers;
    private final PagedMemory memory;
    private final long[] stack = new long[DEEPEST];
    private int depth;

    private Expression(Cursor code, Registers registers, PagedMemory memory) {
        this.code = code;
        this.registers = registers;
        this.memory = memory;
    }

    /** @param first what stands on the stack at the beginning, or null for nothing */
    static long evaluate(String file, byte[] expression, Registers registers, PagedMemory memory, Long first)
            throws UnreadableException {
        var machine = new Expression(new Cursor(file, ByteBuffer.wrap(expression), 0), registers, memory);
        if (first != null) {
            machine.push(first);
        }
        for (int steps = 0; !machine.code.atEnd(); steps++) {
            if (steps == MOST_STEPS) {
                throw machine.code.damaged("an expression of the call frame information does not end");
            }
            machine.step(machine.code.u8());
        }
        return machine.pop();
    }

    private void push(long value) {
        if (depth == DEEPEST) {
            throw code.damaged("an expression of the call frame information needs a deep stack");
        }
        stack[depth++] = value;
    }

    private long pop() {
        if (depth == 0) {
            throw code.damaged("an expression of the call frame information takes from an empty stack");
        }
        return stack[--depth];
    }

    private long peek(int below) {
        if (below < 0 || below >= depth) {
            throw code.damaged("an expression of the call frame information takes from an empty stack");
        }
        return stack[depth - 1 - below];
    }

    private void register(int number, long offset) throws UnreadableException {
        if (!registers.knows(number)) {
            throw new UnreadableException(0);
        }
        push(registers.get(number) + offset);
    }

    private void step(int operation) throws UnreadableException {
        if (operation >= 0x30 && operation <= 0x4f) { // DW_OP_lit0...
            push(operation - 0x30);
            return;
        }
        if (operation >= 0x70 && operation <= 0x8f) { // DW_OP_breg0...
            register(operation - 0x70, code.sleb());
            return;
        }
        switch (operation) {
            case 0x03 -> push(code.u64()); // DW_OP_addr
            case 0x06 -> push(memory.readWord(pop())); // DW_OP_deref
            case 0x08 -> push(code.u8());
            case 0x09 -> push(code.s8());
            case 0x0a -> push(code.u16());
            case 0x0b -> push(code.s16());
            case 0x0c -> push(code.u32());
            case 0x0d -> push(code.s32());
            case 0x0e, 0x0f -> push(code.u64());
            case 0x10 -> push(code.uleb());
            case 0x11 -> push(code.sleb());
            case 0x12 -> push(peek(0)); // DW_OP_dup
            case 0x13 -> pop(); // DW_OP_drop
            case 0x14 -> push(peek(1)); // DW_OP_over
            case 0x15 -> push(peek(code.u8())); // DW_OP_pick
            case 0x16 -> { // DW_OP_swap
                long top = pop();
                long second = pop();
                push(top);
                push(second);
            }
            case 0x17 -> { // DW_OP_rot
                long top = pop();
                long second = pop();
                long third = pop();
                push(top);
                push(third);
                push(second);
            }
            case 0x19 -> push(Math.abs(pop()));
            case 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27,
                    0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e -> {
                long second = pop();
                push(binary(operation, pop(), second));
            }
            case 0x1f -> push(-pop());
            case 0x20 -> push(~pop());
            case 0x23 -> push(pop() + code.uleb()); // DW_OP_plus_uconst
            case 0x28 -> { // DW_OP_bra
                int distance = code.s16();
                if (pop() != 0) {
                    code.move(code.position() + (long) distance);
                }
            }
            case 0x2f -> { // DW_OP_skip
                int distance = code.s16();
                code.move(code.position() + (long) distance);
            }
            case 0x92 -> { // DW_OP_bregx
                long number = code.uleb();
                register(number < Registers.COUNT ? (int) number : -1, code.sleb());
            }
            case 0x94 -> { // DW_OP_deref_size
                int bytes = code.u8();
                if (bytes < 1 || bytes > 8) {
                    throw code.damaged("an expression of the call frame information reads " + bytes + " bytes");
                }
                push(memory.readUnsigned(pop(), bytes));
            }
            case 0x96 -> { // DW_OP_nop
            }
            default -> throw code.damaged("operation 0x" + Integer.toHexString(operation)
                    + " in an expression of the call frame information");
        }
    }

    private long binary(int operation, long a, long b) {
        return switch (operation) {
            case 0x1a -> a & b;
            case 0x1b, 0x1d -> {
                if (b == 0) {
                    throw code.damaged("an expression of the call frame information divides by zero");
                }
                yield operation == 0x1b ? a / b : Long.remainderUnsigned(a, b);
            }
            case 0x1c -> a - b;
            case 0x1e -> a * b;
            case 0x21 -> a | b;
            case 0x22 -> a + b;
            case 0x24 -> b >= 0 && b < 64 ? a << b : 0;
            case 0x25 -> b >= 0 && b < 64 ? a >>> b : 0;
            case 0x26 -> a >> (b >= 0 && b < 64 ? b : 63);
            case 0x27 -> a ^ b;
            case 0x29 -> a == b ? 1 : 0;
            case 0x2a -> a >= b ? 1 : 0;
            case 0x2b -> a > b ? 1 : 0;
            case 0x2c -> a <= b ? 1 : 0;
            case 0x2d -> a < b ? 1 : 0;
            default -> a != b ? 1 : 0;
        };
    }
}
