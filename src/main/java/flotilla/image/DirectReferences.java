package flotilla.image;

import flotilla.elf.ElfFile;
import flotilla.elf.Segment;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds variables that code addresses relative to the instruction. Code is not disassembled: whatever looks like such an operand
 * (Intel SDM volume 2, "RIP-Relative Addressing" and appendix A) and meets a variable counts, which by chance nothing does.
 */
final class DirectReferences {
    private static final int PIECE = 1 << 20;
    private static final long OVERLAP = 2 + 1 + Integer.BYTES;
    /** ModRM with mod 00 and r/m 101: a 32-bit displacement from the next instruction. */
    private static final int MODRM_MASK = 0xc7;
    private static final int MODRM_RIP = 0x05;
    private static final int OPERAND_SIZE = 0x66;
    /** Of an array or structure only its beginning is looked for: among many millions of addresses chance would meet others. */
    private static final long REACH = 64;

    /** Those of some variables, by start and end, that code of {@code image} addresses: their starts. */
    static Set<Long> of(ElfFile image, TreeMap<Long, Long> variables) {
        var found = new TreeSet<Long>();
        if (variables.isEmpty()) {
            return found;
        }
        for (Segment segment : image.loads()) {
            for (long at = 0; segment.executable() && at < segment.fileSize(); at += PIECE) {
                // Pieces overlap by an instruction's opcode and operand.
                long length = Math.min(segment.fileSize() - at, PIECE + OVERLAP);
                scan(image.contents(segment.offset() + at, length), segment.vaddr() + at, variables, found);
            }
        }
        return found;
    }

    private static void scan(ByteBuffer code, long vaddr, TreeMap<Long, Long> variables, Set<Long> found) {
        long first = variables.firstKey();
        long last = variables.lastKey() + REACH;
        for (int i = 2; i + Integer.BYTES < code.limit(); i++) {
            if ((code.get(i) & MODRM_MASK) != MODRM_RIP) {
                continue;
            }
            long target = vaddr + i + 1 + Integer.BYTES + code.getInt(i + 1);
            if (target < first - Integer.BYTES || target >= last) {
                continue;
            }
            target += immediate(code, i);
            var variable = variables.floorEntry(target);
            if (variable != null && target < Math.min(variable.getValue(), variable.getKey() + REACH)) {
                found.add(variable.getKey());
            }
        }
    }

    /** Bytes of the immediate operand behind the displacement, which the address counts from the end of. */
    private static int immediate(ByteBuffer code, int modrm) {
        int opcode = code.get(modrm - 1) & 0xff;
        if (code.get(modrm - 2) == 0x0f) {
            return switch (opcode) {
                case 0x70, 0xa4, 0xac, 0xba, 0xc2, 0xc4, 0xc5, 0xc6 -> 1;
                default -> 0;
            };
        }
        boolean isTest = (code.get(modrm) & 0x38) == 0;
        int wide = code.get(modrm - 2) == OPERAND_SIZE ? 2 : 4;
        return switch (opcode) {
            case 0x6b, 0x80, 0x83, 0xc0, 0xc1, 0xc6 -> 1;
            case 0x69, 0x81, 0xc7 -> wide;
            case 0xf6 -> isTest ? 1 : 0;
            case 0xf7 -> isTest ? wide : 0;
            default -> 0;
        };
    }

    private DirectReferences() {}
}
