package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.elf.Elf;
import flotilla.elf.ElfFile;
import flotilla.elf.RelocationTable;
import java.util.List;

/**
 * Writes the head of a slot, behind the guest library: the control block, the lists and tables it points to, and TLS. The tables
 * have room for images opened later, most of which stays untouched, and so come last.
 */
final class HeadTables {
    /** Bytes between the parts of a head, for their alignment. */
    private static final long MOST_PADDING = 64;

    private final InitialData data;
    private final long control;
    private long end;

    /** @param control slot-relative address of the control block */
    HeadTables(InitialData data, long control, long slotSize) {
        this.data = data;
        this.control = control;
        this.end = control + ControlBlock.END;
        address(ControlBlock.SLOT_BASE, 0);
        value(ControlBlock.SLOT_SIZE, slotSize);
        value(ControlBlock.FSGSBASE, StartStack.processValue(StartStack.AT_HWCAP2) >>> 1 & 1);
    }

    /**
     * Bytes that the head of a rank with these images takes at most, from its control block on.
     *
     * @param tls of which the head holds the static blocks
     */
    static long most(List<Image> images, TlsLayout tls) {
        long bytes = ControlBlock.END + tls.size() + 2 * tls.alignment() + TlsLayout.CONTROL_BLOCK_SIZE
                + (long) ControlBlock.MAX_IMAGES * (ControlBlock.IMAGE_ENTRY_SIZE + ControlBlock.TLS_MODULE_ENTRY_SIZE);
        for (Image image : images) {
            ElfFile file = image.file;
            // DT_INIT and DT_FINI beside the arrays; the path twice, since the program's stands alone, too; what resolvers answer
            // twice, for thread-local variables.
            bytes += 8L * (file.preinitArray().count() + file.initArray().count() + file.finiArray().count() + 2)
                    + 2L * ImageTables.cString(image.path.toString()).length
                    + 2 * (perhapsIndirect(file.relocations()) + perhapsIndirect(file.pltRelocations())) * ControlBlock.IRELATIVE_ENTRY_SIZE;
        }
        return bytes + MOST_PADDING;
    }

    private static long perhapsIndirect(RelocationTable table) {
        long count = 0;
        for (int i = 0; i < table.count(); i++) {
            count += table.type(i) == Elf.R_X86_64_RELATIVE ? 0 : 1;
        }
        return count;
    }

    void layout(SlotLayout layout, long entry) {
        address(ControlBlock.ENTRY, entry);
        address(ControlBlock.STACK_BASE, layout.stackBase);
        value(ControlBlock.STACK_SIZE, layout.stackSize);
        address(ControlBlock.HEAP_BASE, layout.heapBase);
        value(ControlBlock.HEAP_SIZE, layout.heapSize);
        address(ControlBlock.MAP_BASE, layout.mapBase);
        value(ControlBlock.MAP_SIZE, layout.mapSize);
    }

    /** Slot-relative end of what is written. */
    long end() {
        return end;
    }

    void address(int field, long slotAddress) {
        data.address(control + field, slotAddress);
    }

    void value(int field, long value) {
        data.constant(control + field, value);
    }

    private long reserve(long bytes, long alignment) {
        long at = (end + alignment - 1) & -alignment;
        end = at + bytes;
        return at;
    }

    private long string(String text) {
        byte[] bytes = ImageTables.cString(text);
        long at = reserve(bytes.length, 1);
        data.bytes(at, bytes);
        return at;
    }

    void programPath(String path) {
        address(ControlBlock.PROGRAM_PATH, string(path));
    }

    /** Writes a list of function addresses. */
    void list(int listField, int countField, List<Long> functions) {
        long at = reserve(functions.size() * 8L, 8);
        ImageTables.writeFunctions(data, at, functions);
        address(listField, at);
        value(countField, functions.size());
    }

    void indirect(List<Linking.Indirect> entries) {
        long at = reserve((long) entries.size() * ControlBlock.IRELATIVE_ENTRY_SIZE, 8);
        address(ControlBlock.IRELATIVE_LIST, at);
        value(ControlBlock.IRELATIVE_COUNT, entries.size());
        ImageTables.writeIndirect(data, at, entries);
    }

    /** Writes the tables of images and of their TLS modules. */
    ImageTables tables(List<Image> images) {
        long[] names = images.stream().mapToLong(image -> string(image.path.toString())).toArray();
        var tables = new ImageTables(reserve((long) ControlBlock.MAX_IMAGES * ControlBlock.IMAGE_ENTRY_SIZE, 8),
                reserve((long) ControlBlock.MAX_IMAGES * ControlBlock.TLS_MODULE_ENTRY_SIZE, 8));
        int tlsModules = 0;
        for (int i = 0; i < names.length; i++) {
            tables.writeImage(data, i, images.get(i), names[i]);
            if (images.get(i).tlsModule != 0) {
                tables.writeTlsModule(data, images.get(i));
                tlsModules++;
            }
            // What ranks share is a chain of its own: a debugger must see it once.
            if (i > 0 && SlotBases.isShared(images.get(i).bias) == SlotBases.isShared(images.get(i - 1).bias)) {
                tables.link(data, i - 1, i);
            }
        }
        address(ControlBlock.IMAGE_TABLE, tables.images());
        value(ControlBlock.IMAGE_COUNT, names.length);
        address(ControlBlock.TLS_TABLE, tables.tlsModules());
        value(ControlBlock.TLS_COUNT, tlsModules);
        return tables;
    }

    /** Reserves the static TLS blocks and the thread control block; returns the thread pointer. */
    long reserveTls(TlsLayout tls) {
        long tp = (end + tls.size() + tls.alignment() - 1) & -tls.alignment();
        end = tp + TlsLayout.CONTROL_BLOCK_SIZE;
        return tp;
    }

    void threadPointer(long tp, boolean ownFs) {
        address(ControlBlock.TLS_POINTER, tp);
        if (ownFs) {
            address(ControlBlock.GUEST_FS, tp);
        }
    }
}
