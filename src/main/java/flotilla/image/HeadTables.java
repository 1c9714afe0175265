package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.elf.Elf;
import flotilla.elf.Segment;
import flotilla.memory.Mapping;
import java.util.List;

/** Writes the head of a slot: the control block, the tables it points to, and where TLS lies. */
final class HeadTables {
    private final InitialData data;
    private long end = SlotLayout.LISTS;
    private int images;
    private int tlsModules;

    HeadTables(InitialData data, long slotSize) {
        this.data = data;
        data.address(ControlBlock.SLOT_BASE, 0);
        data.constant(ControlBlock.SLOT_SIZE, slotSize);
        data.constant(ControlBlock.FSGSBASE, StartStack.processValue(StartStack.AT_HWCAP2) >>> 1 & 1);
        data.address(ControlBlock.IMAGE_TABLE, SlotLayout.IMAGE_TABLE);
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

    void value(int field, long value) {
        data.constant(field, value);
    }

    private long reserve(long bytes, long alignment) {
        long at = (end + alignment - 1) & -alignment;
        end = at + bytes;
        return at;
    }

    private long string(String text) {
        byte[] bytes = Preparation.cString(text);
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
        for (int i = 0; i < functions.size(); i++) {
            data.address(at + i * 8L, functions.get(i));
        }
        data.address(listField, at);
        data.constant(countField, functions.size());
    }

    void indirect(List<Linking.Indirect> entries) {
        long at = reserve((long) entries.size() * ControlBlock.IRELATIVE_ENTRY_SIZE, 8);
        data.address(ControlBlock.IRELATIVE_LIST, at);
        data.constant(ControlBlock.IRELATIVE_COUNT, entries.size());
        for (Linking.Indirect entry : entries) {
            data.address(at + ControlBlock.IRELATIVE_WHERE, entry.where());
            data.address(at + ControlBlock.IRELATIVE_RESOLVER, entry.resolver());
            at += ControlBlock.IRELATIVE_ENTRY_SIZE;
        }
    }

    void addImage(Image image) {
        writeImage(data, SlotLayout.IMAGE_TABLE + (long) images * ControlBlock.IMAGE_ENTRY_SIZE, image,
                string(image.path.toString()));
        data.constant(ControlBlock.IMAGE_COUNT, ++images);
    }

    /** Writes a {@code struct flotilla_image} at slot-relative {@code at}. */
    static void writeImage(InitialData data, long at, Image image, long name) {
        data.address(at + ControlBlock.IMAGE_BIAS, image.bias);
        data.address(at + ControlBlock.IMAGE_START, image.start());
        data.address(at + ControlBlock.IMAGE_END, image.end());
        long headers = image.file.programHeaderAddress();
        if (headers != 0) {
            data.address(at + ControlBlock.IMAGE_PHDR, image.bias + headers);
            data.constant(at + ControlBlock.IMAGE_PHNUM, image.file.segments().size());
        }
        data.address(at + ControlBlock.IMAGE_NAME, name);
        Segment dynamic = image.file.segment(Elf.PT_DYNAMIC);
        if (dynamic != null) {
            data.address(at + ControlBlock.IMAGE_DYNAMIC, image.bias + dynamic.vaddr());
        }
        Segment unwind = image.file.segment(Elf.PT_GNU_EH_FRAME);
        if (unwind != null) {
            data.address(at + ControlBlock.IMAGE_EH_FRAME_HDR, image.bias + unwind.vaddr());
        }
        data.constant(at + ControlBlock.IMAGE_TLS_MODULE, image.tlsModule);
    }

    void tlsTable() {
        data.address(ControlBlock.TLS_TABLE, SlotLayout.TLS_TABLE);
        data.constant(ControlBlock.TLS_COUNT, 0);
    }

    void addTlsModule(Image image) {
        writeTlsModule(data, image);
        data.constant(ControlBlock.TLS_COUNT, ++tlsModules);
    }

    /** Writes the {@code struct flotilla_tls_module} of an image; module n stands at index n - 1. */
    static void writeTlsModule(InitialData data, Image image) {
        long at = SlotLayout.TLS_TABLE + (image.tlsModule - 1L) * ControlBlock.TLS_MODULE_ENTRY_SIZE;
        Segment tls = image.file.tls();
        data.constant(at + ControlBlock.TLS_MODULE_OFFSET, image.tlsOffset);
        data.address(at + ControlBlock.TLS_MODULE_INIT, image.bias + tls.vaddr());
        data.constant(at + ControlBlock.TLS_MODULE_FILE_SIZE, tls.fileSize());
        data.constant(at + ControlBlock.TLS_MODULE_MEMORY_SIZE, tls.memorySize());
        data.constant(at + ControlBlock.TLS_MODULE_ALIGNMENT, Math.max(1, tls.align()));
    }

    /** Reserves the static TLS blocks and the thread control block; returns the thread pointer. */
    long reserveTls(TlsLayout tls) {
        long tp = (end + tls.size() + tls.alignment() - 1) & -tls.alignment();
        end = Mapping.pageUp(tp + TlsLayout.CONTROL_BLOCK_SIZE);
        return tp;
    }

    void threadPointer(long tp, boolean ownFs) {
        data.address(ControlBlock.TLS_POINTER, tp);
        if (ownFs) {
            data.address(ControlBlock.GUEST_FS, tp);
        }
    }
}
