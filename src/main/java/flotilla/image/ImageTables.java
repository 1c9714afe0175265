package flotilla.image;

import flotilla.abi.ControlBlock;
import flotilla.elf.Elf;
import flotilla.elf.Segment;
import flotilla.memory.Memory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the entries of the tables by which the guest knows its images.
 *
 * @param images     slot-relative address of the image table
 * @param tlsModules slot-relative address of the table of TLS modules
 */
record ImageTables(long images, long tlsModules) {
    /** Writes the {@code struct flotilla_image} number {@code entry}; {@code name} is the slot-relative address of its path. */
    void writeImage(WordStore store, int entry, Image image, long name) {
        long at = imageEntry(entry);
        store.address(at + ControlBlock.IMAGE_BIAS, image.bias);
        store.address(at + ControlBlock.IMAGE_START, image.start());
        store.address(at + ControlBlock.IMAGE_END, image.end());
        long headers = image.file.programHeaderAddress();
        if (headers != 0) {
            store.address(at + ControlBlock.IMAGE_PHDR, image.bias + headers);
            store.constant(at + ControlBlock.IMAGE_PHNUM, image.file.segments().size());
        }
        store.address(at + ControlBlock.IMAGE_NAME, name);
        segmentAddress(store, at + ControlBlock.IMAGE_DYNAMIC, image, Elf.PT_DYNAMIC);
        segmentAddress(store, at + ControlBlock.IMAGE_EH_FRAME_HDR, image, Elf.PT_GNU_EH_FRAME);
        store.constant(at + ControlBlock.IMAGE_TLS_MODULE, image.tlsModule);
    }

    private static void segmentAddress(WordStore store, long at, Image image, int type) {
        Segment segment = image.file.segment(type);
        if (segment != null) {
            store.address(at, image.bias + segment.vaddr());
        }
    }

    /** Makes an entry that stands for no image: its end is not behind its start. */
    void clearImage(WordStore store, int entry) {
        store.constant(imageEntry(entry) + ControlBlock.IMAGE_START, 0);
        store.constant(imageEntry(entry) + ControlBlock.IMAGE_END, 0);
    }

    /** Puts entry {@code next} behind entry {@code last} of a chain. */
    void link(WordStore store, int last, int next) {
        store.address(imageEntry(next) + ControlBlock.IMAGE_PREVIOUS, imageEntry(last));
        store.constant(imageEntry(next) + ControlBlock.IMAGE_NEXT, 0);
        store.address(imageEntry(last) + ControlBlock.IMAGE_NEXT, imageEntry(next));
    }

    /** Takes {@code entry}, which is not the first of its chain, out of it; answers the one before it. */
    int unlink(long slotBase, int entry) {
        long at = slotBase + imageEntry(entry);
        long next = Memory.getLong(at + ControlBlock.IMAGE_NEXT);
        long previous = Memory.getLong(at + ControlBlock.IMAGE_PREVIOUS);
        Memory.putLong(previous + ControlBlock.IMAGE_NEXT, next);
        if (next != 0) {
            Memory.putLong(next + ControlBlock.IMAGE_PREVIOUS, previous);
        }
        return (int) ((previous - slotBase - images) / ControlBlock.IMAGE_ENTRY_SIZE);
    }

    long imageEntry(int entry) {
        return images + (long) entry * ControlBlock.IMAGE_ENTRY_SIZE;
    }

    /** Writes the {@code struct flotilla_tls_module} of an image; module n stands at index n - 1. */
    void writeTlsModule(WordStore store, Image image) {
        long at = tlsModules + (image.tlsModule - 1L) * ControlBlock.TLS_MODULE_ENTRY_SIZE;
        Segment tls = image.file.tls();
        store.constant(at + ControlBlock.TLS_MODULE_OFFSET, image.tlsOffset);
        store.address(at + ControlBlock.TLS_MODULE_INIT, image.bias + tls.vaddr());
        store.constant(at + ControlBlock.TLS_MODULE_FILE_SIZE, tls.fileSize());
        store.constant(at + ControlBlock.TLS_MODULE_MEMORY_SIZE, tls.memorySize());
        store.constant(at + ControlBlock.TLS_MODULE_ALIGNMENT, Math.max(1, tls.align()));
    }

    /** Writes function addresses from slot-relative {@code at}; returns their end. */
    static long writeFunctions(WordStore store, long at, List<Long> functions) {
        long next = at;
        for (long function : functions) {
            store.address(next, function);
            next += 8;
        }
        return next;
    }

    /** Writes {@code struct flotilla_irelative} entries from slot-relative {@code at}; returns their end. */
    static long writeIndirect(WordStore store, long at, List<Linking.Indirect> entries) {
        long next = at;
        for (Linking.Indirect entry : entries) {
            store.address(next + ControlBlock.IRELATIVE_WHERE, entry.where());
            store.address(next + ControlBlock.IRELATIVE_RESOLVER, entry.resolver());
            next += ControlBlock.IRELATIVE_ENTRY_SIZE;
        }
        return next;
    }

    static byte[] cString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(bytes, bytes.length + 1);
    }
}
