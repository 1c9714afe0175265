package flotilla.image;

import flotilla.abi.ControlBlock;
import java.util.List;

/**
 * Writes the head of a slot: the control block, the lists and tables it points to, and where TLS lies. The tables have room
 * for images opened later, most of which stays untouched, and so come last.
 */
final class HeadTables {
    private final InitialData data;
    private long end = ControlBlock.END;

    HeadTables(InitialData data, long slotSize) {
        this.data = data;
        data.address(ControlBlock.SLOT_BASE, 0);
        data.constant(ControlBlock.SLOT_SIZE, slotSize);
        data.constant(ControlBlock.FSGSBASE, StartStack.processValue(StartStack.AT_HWCAP2) >>> 1 & 1);
    }

    void layout(SlotLayout layout, long entry) {
        data.address(ControlBlock.ENTRY, entry);
        data.address(ControlBlock.STACK_BASE, layout.stackBase);
        data.constant(ControlBlock.STACK_SIZE, layout.stackSize);
        data.address(ControlBlock.HEAP_BASE, layout.heapBase);
        data.constant(ControlBlock.HEAP_SIZE, layout.heapSize);
        data.address(ControlBlock.MAP_BASE, layout.mapBase);
        data.constant(ControlBlock.MAP_SIZE, layout.mapSize);
    }

    /** Slot-relative end of what is written. */
    long end() {
        return end;
    }

    void address(int field, long slotAddress) {
        data.address(field, slotAddress);
    }

    void value(int field, long value) {
        data.constant(field, value);
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
        data.address(ControlBlock.PROGRAM_PATH, string(path));
    }

    /** Writes a list of function addresses. */
    void list(int listField, int countField, List<Long> functions) {
        long at = reserve(functions.size() * 8L, 8);
        ImageTables.writeFunctions(data, at, functions);
        data.address(listField, at);
        data.constant(countField, functions.size());
    }

    void indirect(List<Linking.Indirect> entries) {
        long at = reserve((long) entries.size() * ControlBlock.IRELATIVE_ENTRY_SIZE, 8);
        data.address(ControlBlock.IRELATIVE_LIST, at);
        data.constant(ControlBlock.IRELATIVE_COUNT, entries.size());
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
        data.address(ControlBlock.IMAGE_TABLE, tables.images());
        data.constant(ControlBlock.IMAGE_COUNT, names.length);
        data.address(ControlBlock.TLS_TABLE, tables.tlsModules());
        data.constant(ControlBlock.TLS_COUNT, tlsModules);
        return tables;
    }

    /** Reserves the static TLS blocks and the thread control block; returns the thread pointer. */
    long reserveTls(TlsLayout tls) {
        long tp = (end + tls.size() + tls.alignment() - 1) & -tls.alignment();
        end = tp + TlsLayout.CONTROL_BLOCK_SIZE;
        return tp;
    }

    void threadPointer(long tp, boolean ownFs) {
        data.address(ControlBlock.TLS_POINTER, tp);
        if (ownFs) {
            data.address(ControlBlock.GUEST_FS, tp);
        }
    }
}
