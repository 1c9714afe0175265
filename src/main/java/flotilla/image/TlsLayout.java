package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.RelocationTable;
import flotilla.elf.Segment;
import java.util.List;

/**
 * The static TLS blocks of a rank, laid out below its thread pointer (TP) as the psABI's variant II has it: the program's
 * block first, so that its linker's idea of the offsets holds.
 */
final class TlsLayout {
    /** Bytes from TP that are the rank's: the thread control block, of which compiled code reads the first 64. */
    static final long CONTROL_BLOCK_SIZE = 1024;
    /** Self pointer, stack-protector canary and pointer guard in the thread control block. */
    static final int SELF = 0x00;
    static final int SELF_2 = 0x10;
    static final int CANARY = 0x28;
    static final int POINTER_GUARD = 0x30;

    /** Room for images opened later that need static TLS, as ld.so keeps some. */
    private static final long SURPLUS = 2048;

    private long used;
    private long alignment = 64;
    private int modules;
    private String fsReason;

    /** Gives every image with a TLS segment its module and its place; {@code images} starts with the program. */
    TlsLayout(List<Image> images) {
        for (Image image : images) {
            Segment tls = image.file.tls();
            if (tls != null) {
                image.tlsModule = ++modules;
                used = offset(tls, used);
                image.tlsOffset = used;
                alignment = Math.max(alignment, tls.align());
            }
            noteReason(image, image == images.getFirst());
        }
    }

    /** Where a block goes when {@code used} bytes below TP are taken: its distance from TP. */
    static long offset(Segment tls, long used) {
        long align = Math.max(1, tls.align());
        long misaligned = -tls.vaddr() & (align - 1);
        long end = used + Math.max(1, tls.memorySize()) - misaligned;
        return ((end + align - 1) & -align) + misaligned;
    }

    private void noteReason(Image image, boolean program) {
        if (fsReason != null) {
            return;
        }
        if (program && image.file.tls() != null) {
            fsReason = image.shortName() + " has thread-local variables";
        } else if ((image.file.flags() & Elf.DF_STATIC_TLS) != 0) {
            fsReason = image.shortName() + " is linked for static TLS";
        } else if (usesThreadPointer(image)) {
            fsReason = image.shortName() + " refers to thread-local variables by the thread pointer";
        }
    }

    static boolean usesThreadPointer(Image image) {
        for (RelocationTable table : List.of(image.file.relocations(), image.file.pltRelocations())) {
            for (int i = 0; i < table.count(); i++) {
                int type = table.type(i);
                if (type == Elf.R_X86_64_TPOFF64 || type == Elf.R_X86_64_TLSDESC) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Why guest code must run under an FS base of its own, or null when it needs not. */
    String fsReason() {
        return fsReason;
    }

    int modules() {
        return modules;
    }

    /** Bytes below TP that are given out. */
    long used() {
        return used;
    }

    /** Bytes below TP that exist: with an FS base of its own a rank has some to spare. */
    long size() {
        long size = used + (fsReason != null ? SURPLUS : 0);
        return (size + alignment - 1) & -alignment;
    }

    long alignment() {
        return alignment;
    }

    /** Whether a rank needs a TLS area at all. */
    boolean exists() {
        return modules > 0 || fsReason != null;
    }
}
