package flotilla.image;

import flotilla.elf.ElfFile;

/**
 * An image as it lies in this process, for those who look at ranks from outside.
 *
 * @param file     as it was read; closed
 * @param bias     address that the file's addresses are relative to
 * @param isGuestLibrary whether it is Flotilla's own part of the rank
 */
public record LoadedImage(ElfFile file, long bias, boolean isGuestLibrary) {
    public long start() {
        return bias + file.lowest();
    }

    public long end() {
        return bias + file.highest();
    }

    public boolean contains(long address) {
        return address >= start() && address < end();
    }

    /** The last part of the path. */
    public String name() {
        return file.path().getFileName().toString();
    }
}
