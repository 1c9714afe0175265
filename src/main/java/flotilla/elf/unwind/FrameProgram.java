package flotilla.elf.unwind;

import flotilla.elf.Cursor;
import flotilla.elf.unwind.FrameRules.Kind;
import flotilla.elf.unwind.FrameRules.Rule;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Executes call frame instructions (DWARF 5, section 6.4.2) up to the row for one address. */
final class FrameProgram {
    private static final int MOST_REMEMBERED = 64;

    /** Reads an address in the encoding of the function's entry. */
    interface AddressReader {
        long read(int position, Cursor cursor);
    }

    private record State(int cfaRegister, long cfaOffset, byte[] cfaExpression, Rule[] rules) {}

    private final String file;
    private final ByteBuffer bytes;
    private final long codeAlignment;
    private final long dataAlignment;
    private final AddressReader addresses;
    private final Deque<State> remembered = new ArrayDeque<>();
    private int cfaRegister = Registers.RSP;
    private long cfaOffset = 8;
    private byte[] cfaExpression;
    private Rule[] rules = new Rule[Registers.COUNT];
    private Rule[] initial = rules;

    FrameProgram(String file, ByteBuffer bytes, long codeAlignment, long dataAlignment, AddressReader addresses) {
        this.file = file;
        this.bytes = bytes;
        this.codeAlignment = codeAlignment;
        this.dataAlignment = dataAlignment;
        this.addresses = addresses;
        Arrays.fill(rules, Rule.SAME);
    }

    /** What has been executed so far is what DW_CFA_restore goes back to. */
    void keepInitial() {
        initial = rules.clone();
    }

    FrameRules rules(int returnRegister, boolean signalFrame) {
        return new FrameRules(file, cfaRegister, cfaOffset, cfaExpression, rules.clone(), returnRegister, signalFrame);
    }

    private void set(long register, Rule rule) {
        // Vector registers and the like are of no interest.
        if (register >= 0 && register < Registers.COUNT) {
            rules[(int) register] = rule;
        }
    }

    private void cfa(long register, long offset) {
        cfaRegister = register >= 0 && register < Registers.COUNT ? (int) register : -1;
        cfaOffset = offset;
        cfaExpression = null;
    }

    /** Executes the instructions at [from, to) until the row is that of {@code target}. */
    void run(int from, int to, long target, long start) {
        var cursor = new Cursor(file, bytes, from);
        long address = start;
        while (cursor.position() < to) {
            int instruction = cursor.u8();
            int operand = instruction & 0x3f;
            switch (instruction & 0xc0) {
                case 0x40 -> address += operand * codeAlignment; // DW_CFA_advance_loc
                case 0x80 -> set(operand, new Rule(Kind.AT_OFFSET, cursor.uleb() * dataAlignment, null)); // DW_CFA_offset
                case 0xc0 -> restore(operand);
                default -> {
                    switch (operand) {
                        case 0x01 -> address = addresses.read(cursor.position(), cursor); // DW_CFA_set_loc
                        case 0x02 -> address += cursor.u8() * codeAlignment;
                        case 0x03 -> address += cursor.u16() * codeAlignment;
                        case 0x04 -> address += cursor.u32() * codeAlignment;
                        default -> step(operand, cursor);
                    }
                }
            }
            if (address > target) {
                return;
            }
        }
    }

    private void restore(long register) {
        if (register >= 0 && register < Registers.COUNT) {
            rules[(int) register] = initial[(int) register];
        }
    }

    private void step(int operation, Cursor cursor) {
        switch (operation) {
            case 0x00 -> { // DW_CFA_nop
            }
            case 0x05 -> set(cursor.uleb(), new Rule(Kind.AT_OFFSET, cursor.uleb() * dataAlignment, null));
            case 0x06 -> restore(cursor.uleb());
            case 0x07 -> set(cursor.uleb(), Rule.UNDEFINED);
            case 0x08 -> set(cursor.uleb(), Rule.SAME);
            case 0x09 -> set(cursor.uleb(), new Rule(Kind.REGISTER, cursor.uleb(), null));
            case 0x0a -> { // DW_CFA_remember_state
                if (remembered.size() == MOST_REMEMBERED) {
                    throw cursor.damaged("call frame information remembers too much");
                }
                remembered.push(new State(cfaRegister, cfaOffset, cfaExpression, rules.clone()));
            }
            case 0x0b -> { // DW_CFA_restore_state
                if (remembered.isEmpty()) {
                    throw cursor.damaged("call frame information restores what it has not remembered");
                }
                State state = remembered.pop();
                cfaRegister = state.cfaRegister();
                cfaOffset = state.cfaOffset();
                cfaExpression = state.cfaExpression();
                rules = state.rules();
            }
            case 0x0c -> cfa(cursor.uleb(), cursor.uleb());
            case 0x0d -> cfa(cursor.uleb(), cfaOffset);
            case 0x0e -> cfaOffset = cursor.uleb();
            case 0x0f -> cfaExpression = cursor.bytes(cursor.uleb());
            case 0x10 -> set(cursor.uleb(), new Rule(Kind.AT_EXPRESSION, 0, cursor.bytes(cursor.uleb())));
            case 0x11 -> set(cursor.uleb(), new Rule(Kind.AT_OFFSET, cursor.sleb() * dataAlignment, null));
            case 0x12 -> cfa(cursor.uleb(), cursor.sleb() * dataAlignment);
            case 0x13 -> cfaOffset = cursor.sleb() * dataAlignment;
            case 0x14 -> set(cursor.uleb(), new Rule(Kind.IS_OFFSET, cursor.uleb() * dataAlignment, null));
            case 0x15 -> set(cursor.uleb(), new Rule(Kind.IS_OFFSET, cursor.sleb() * dataAlignment, null));
            case 0x16 -> set(cursor.uleb(), new Rule(Kind.IS_EXPRESSION, 0, cursor.bytes(cursor.uleb())));
            case 0x2e -> cursor.uleb(); // DW_CFA_GNU_args_size
            case 0x2f -> set(cursor.uleb(), new Rule(Kind.AT_OFFSET, -cursor.uleb() * dataAlignment, null));
            default -> throw cursor.damaged("call frame instruction 0x" + Integer.toHexString(operation));
        }
    }
}
