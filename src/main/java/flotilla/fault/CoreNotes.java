package flotilla.fault;

import flotilla.elf.Elf;
import flotilla.image.LoadedImage;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.ProcessMaps;
import flotilla.memory.SlotRange;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The notes of a core file: registers, signal, and what the kernel would know of the process (Linux's {@code <sys/procfs.h>}). */
final class CoreNotes {
    private static final int NT_PRSTATUS = 1;
    private static final int NT_FPREGSET = 2;
    private static final int NT_PRPSINFO = 3;
    private static final int NT_AUXV = 6;
    private static final int NT_FILE = 0x46494c45;
    private static final int NT_SIGINFO = 0x53494749;
    private static final int PRSTATUS_SIZE = 336;
    private static final int PRPSINFO_SIZE = 136;
    private static final int SIGINFO_SIZE = 128;
    private static final int FPREGSET_SIZE = 512;
    private static final int PAGE = 4096;
    /** Where elf_prstatus has its registers, and the order of struct user_regs_struct in DWARF's numbers; -1 for others. */
    private static final int REGISTERS = 112;
    private static final int[] ORDER = {15, 14, 13, 12, 6, 3, 11, 10, 9, 8, 0, 2, 1, 4, 5, -1, 16, -1, -1, 7};
    private static final int CS = 17;
    private static final int EFLAGS = 18;
    private static final int SS = 20;
    private static final int FS_BASE = 21;
    private static final int USER_CS = 0x33;
    private static final int USER_SS = 0x2b;
    private static final int AT_NULL = 0;
    private static final int AT_PHDR = 3;
    private static final int AT_PHENT = 4;
    private static final int AT_PHNUM = 5;
    private static final int AT_PAGESZ = 6;
    private static final int AT_ENTRY = 9;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void note(int type, byte[] contents) {
        ByteBuffer header = buffer(20).putInt(5).putInt(contents.length).putInt(type).put("CORE\0\0\0\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(header.array());
        out.writeBytes(contents);
        out.writeBytes(new byte[-contents.length & 3]);
    }

    /**
     * All notes of a rank.
     *
     * @param floatingPoint address of what fxsave has written, or 0
     */
    static byte[] of(RankImages rank, List<ProcessMaps.Entry> maps, StopState state, long fsBase, long floatingPoint) {
        var notes = new CoreNotes();
        notes.note(NT_PRSTATUS, status(state, fsBase));
        notes.note(NT_PRPSINFO, description(rank));
        notes.note(NT_SIGINFO, buffer(SIGINFO_SIZE).putInt(0, state.signal()).putInt(8, state.code()).putLong(16, state.address()).array());
        notes.note(NT_AUXV, auxiliaryVector(rank.loaded().getFirst()));
        notes.note(NT_FILE, files(rank, maps));
        if (floatingPoint != 0) {
            notes.note(NT_FPREGSET, Memory.get(floatingPoint, FPREGSET_SIZE));
        }
        return notes.out.toByteArray();
    }

    private static byte[] status(StopState state, long fsBase) {
        ByteBuffer status = buffer(PRSTATUS_SIZE);
        status.putInt(0, state.signal()).putInt(4, state.code()).putShort(12, (short) state.signal());
        status.putInt(32, (int) ProcessHandle.current().pid());
        for (int i = 0; i < ORDER.length; i++) {
            if (ORDER[i] >= 0) {
                status.putLong(REGISTERS + 8 * i, state.registers().get(ORDER[i]));
            }
        }
        status.putLong(REGISTERS + 8 * CS, USER_CS).putLong(REGISTERS + 8 * EFLAGS, state.flags())
                .putLong(REGISTERS + 8 * SS, USER_SS).putLong(REGISTERS + 8 * FS_BASE, fsBase);
        status.putInt(328, 1);
        return status.array();
    }

    private static byte[] description(RankImages rank) {
        ByteBuffer info = buffer(PRPSINFO_SIZE);
        info.put(1, (byte) 'R').putInt(24, (int) ProcessHandle.current().pid());
        LoadedImage program = rank.loaded().getFirst();
        text(info, 40, 16, program.name());
        text(info, 56, 80, program.file().path().toString());
        return info.array();
    }

    private static void text(ByteBuffer out, int at, int room, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.put(at, bytes, 0, Math.min(bytes.length, room - 1));
    }

    private static byte[] auxiliaryVector(LoadedImage program) {
        long[] words = {
            AT_PHDR, program.bias() + program.file().programHeaderAddress(),
            AT_PHENT, Elf.PHDR_SIZE,
            AT_PHNUM, program.file().segments().size(),
            AT_PAGESZ, PAGE,
            AT_ENTRY, program.bias() + program.file().entry(),
            AT_NULL, 0,
        };
        ByteBuffer vector = buffer(words.length * 8);
        for (long word : words) {
            vector.putLong(word);
        }
        return vector.array();
    }

    /** A mapping of a copy of an image's file, as one of the file. */
    private static ProcessMaps.Entry original(ProcessMaps.Entry entry, List<LoadedImage> images) {
        if (!entry.isDeleted()) {
            return entry;
        }
        return images.stream().filter(image -> image.contains(entry.start())).findFirst()
                .map(image -> new ProcessMaps.Entry(entry.start(), entry.end(), entry.permissions(), entry.offset(), image.file().path().toString()))
                .orElse(entry);
    }

    private static byte[] files(RankImages rank, List<ProcessMaps.Entry> maps) {
        List<LoadedImage> images = rank.loaded();
        List<ProcessMaps.Entry> files = maps.stream().map(entry -> original(entry, images)).filter(entry -> entry.isOnDisk()
                && (rank.owns(entry.start()) || !SlotRange.isPlaceOfSlots(entry.start()) && !entry.isDeleted())).toList();
        var names = new ByteArrayOutputStream();
        ByteBuffer table = buffer(16 + 24 * files.size()).putLong(files.size()).putLong(PAGE);
        for (ProcessMaps.Entry entry : files) {
            table.putLong(entry.start()).putLong(entry.end()).putLong(entry.offset() / PAGE);
            names.writeBytes((entry.file() + "\0").getBytes(StandardCharsets.UTF_8));
        }
        byte[] all = new byte[table.capacity() + names.size()];
        System.arraycopy(table.array(), 0, all, 0, table.capacity());
        System.arraycopy(names.toByteArray(), 0, all, table.capacity(), names.size());
        return all;
    }
}
