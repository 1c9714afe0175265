package flotilla.image;

import flotilla.memory.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The stack a program starts with, as the kernel makes it (psABI, "Initial Stack and Register State"): argc, argv, NULL,
 * envp, NULL, the auxiliary vector, and the strings; below it the frame from which the switch first resumes the rank.
 */
final class StartStack {
    private static final int AT_NULL = 0;
    private static final int AT_PHDR = 3;
    private static final int AT_PHENT = 4;
    private static final int AT_PHNUM = 5;
    private static final int AT_BASE = 7;
    private static final int AT_FLAGS = 8;
    private static final int AT_ENTRY = 9;
    private static final int AT_PLATFORM = 15;
    private static final int AT_SECURE = 23;
    private static final int AT_BASE_PLATFORM = 24;
    private static final int AT_RANDOM = 25;
    static final int AT_HWCAP2 = 26;
    private static final int AT_EXECFN = 31;
    private static final int AT_SYSINFO_EHDR = 33;
    private static final int AT_RSEQ_FEATURE_SIZE = 27;
    private static final int AT_RSEQ_ALIGN = 28;

    /** Frame of the switch: mxcsr and x87 control word, r15, r14, r13, r12, rbx, rbp, return address. */
    private static final int FRAME_SIZE = 0x40;
    private static final int FRAME_RETURN = 0x38;
    private static final int MXCSR_DEFAULT = 0x1f80;
    private static final short X87_DEFAULT = 0x037f;

    private static final Map<Long, Long> PROCESS_VECTOR = readProcessVector();

    private final byte[] bytes;
    private final int[] addresses;
    private final long start;

    /**
     * Encodes the stack.
     *
     * @param top slot-relative end of the stack
     * @param entryFunction slot-relative address that the first resume returns to
     */
    StartStack(long top, long lowest, List<String> arguments, List<String> environment, String program, Image image,
            long interpreterBase, long entryFunction) {
        var strings = new ArrayList<byte[]>();
        arguments.forEach(text -> strings.add(text.getBytes(StandardCharsets.UTF_8)));
        environment.forEach(text -> strings.add(text.getBytes(StandardCharsets.UTF_8)));
        strings.add(program.getBytes(StandardCharsets.UTF_8));
        strings.add("x86_64".getBytes(StandardCharsets.UTF_8));
        byte[] random = random();

        long stringBytes = random.length;
        for (byte[] string : strings) {
            stringBytes += string.length + 1;
        }
        // The last word of a process's stack is zero.
        long stringsStart = (top - 8 - stringBytes) & -16;
        long[] positions = new long[strings.size()];
        long position = stringsStart + random.length;
        for (int i = 0; i < positions.length; i++) {
            positions[i] = position;
            position += strings.get(i).length + 1;
        }
        int programString = arguments.size() + environment.size();
        var vector = auxiliaryVector(image, interpreterBase, positions[programString], positions[programString + 1],
                stringsStart);
        long words = 1 + arguments.size() + 1 + environment.size() + 1 + 2L * vector.size();
        long argc = (stringsStart - words * 8) & -16;
        this.start = argc - FRAME_SIZE;
        if (start < lowest) {
            throw new LoadException(program + ": arguments and environment take " + (top - start)
                    + " bytes, more than the stack has; use a larger --stack-size");
        }
        ByteBuffer out = ByteBuffer.allocate((int) (top - start)).order(ByteOrder.LITTLE_ENDIAN);
        var marks = new ArrayList<Integer>();
        out.putInt(0, MXCSR_DEFAULT);
        out.putShort(4, X87_DEFAULT);
        putAddress(out, FRAME_RETURN, entryFunction, marks);
        int at = FRAME_SIZE;
        out.putLong(at, arguments.size());
        at += 8;
        for (int i = 0; i < arguments.size(); i++, at += 8) {
            putAddress(out, at, positions[i], marks);
        }
        at += 8;
        for (int i = arguments.size(); i < programString; i++, at += 8) {
            putAddress(out, at, positions[i], marks);
        }
        at += 8;
        for (Auxiliary entry : vector) {
            out.putLong(at, entry.type());
            if (entry.address()) {
                putAddress(out, at + 8, entry.value(), marks);
            } else {
                out.putLong(at + 8, entry.value());
            }
            at += 16;
        }
        out.put((int) (stringsStart - start), random);
        for (int i = 0; i < positions.length; i++) {
            out.put((int) (positions[i] - start), strings.get(i));
        }
        this.bytes = out.array();
        this.addresses = marks.stream().mapToInt(Integer::intValue).toArray();
    }

    /** The 16 bytes of AT_RANDOM, from where the kernel takes them: SecureRandom takes long to start. */
    private static byte[] random() {
        try (var in = Files.newInputStream(Path.of("/dev/urandom"))) {
            return in.readNBytes(16);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /dev/urandom", e);
        }
    }

    private static void putAddress(ByteBuffer out, int at, long value, List<Integer> marks) {
        out.putLong(at, value);
        marks.add(at);
    }

    private record Auxiliary(long type, long value, boolean address) {}

    /** The process's own vector (hwcaps, page size, vDSO...), with the entries that describe the program replaced. */
    private static List<Auxiliary> auxiliaryVector(Image image, long interpreterBase, long path, long platform, long random) {
        var vector = new LinkedHashMap<Long, Auxiliary>();
        PROCESS_VECTOR.forEach((type, value) -> vector.put(type, new Auxiliary(type, value, false)));
        // rseq areas belong to kernel threads, which ranks share.
        vector.remove((long) AT_RSEQ_FEATURE_SIZE);
        vector.remove((long) AT_RSEQ_ALIGN);
        vector.remove((long) AT_BASE_PLATFORM);
        // The vDSO is the process's: a rank may go to another, and has libc's functions that use it.
        vector.remove((long) AT_SYSINFO_EHDR);
        long headers = image.file.programHeaderAddress();
        vector.put((long) AT_PHDR, new Auxiliary(AT_PHDR, headers == 0 ? 0 : image.bias + headers, headers != 0));
        vector.put((long) AT_PHENT, new Auxiliary(AT_PHENT, flotilla.elf.Elf.PHDR_SIZE, false));
        vector.put((long) AT_PHNUM, new Auxiliary(AT_PHNUM, image.file.segments().size(), false));
        vector.put((long) AT_BASE, new Auxiliary(AT_BASE, interpreterBase, true));
        vector.put((long) AT_FLAGS, new Auxiliary(AT_FLAGS, 0, false));
        vector.put((long) AT_ENTRY, new Auxiliary(AT_ENTRY, image.bias + image.file.entry(), true));
        vector.put((long) AT_SECURE, new Auxiliary(AT_SECURE, 0, false));
        vector.put((long) AT_RANDOM, new Auxiliary(AT_RANDOM, random, true));
        vector.put((long) AT_EXECFN, new Auxiliary(AT_EXECFN, path, true));
        vector.put((long) AT_PLATFORM, new Auxiliary(AT_PLATFORM, platform, true));
        var entries = new ArrayList<>(vector.values());
        entries.add(new Auxiliary(AT_NULL, 0, false));
        return entries;
    }

    private static Map<Long, Long> readProcessVector() {
        try {
            ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv"))).order(ByteOrder.LITTLE_ENDIAN);
            var vector = new LinkedHashMap<Long, Long>();
            while (in.remaining() >= 16) {
                long type = in.getLong();
                long value = in.getLong();
                if (type == AT_NULL) {
                    break;
                }
                vector.put(type, value);
            }
            return vector;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read /proc/self/auxv", e);
        }
    }

    /** An entry of the process's auxiliary vector (getauxval(3)), or 0. */
    static long processValue(int type) {
        return PROCESS_VECTOR.getOrDefault((long) type, 0L);
    }

    /** Slot-relative stack pointer from which the switch resumes the rank the first time. */
    long stackPointer() {
        return start;
    }

    void write(SlotBases bases) {
        Memory.put(bytes, 0, bases.own() + start, bytes.length);
        for (int at : addresses) {
            long where = bases.own() + start + at;
            Memory.putLong(where, bases.absolute(Memory.getLong(where)));
        }
    }
}
