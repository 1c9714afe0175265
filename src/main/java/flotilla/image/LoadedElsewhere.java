package flotilla.image;

import java.util.List;

/**
 * The images of one rank as the system's dynamic linker has loaded them, somewhere outside of the slots.
 *
 * @param files what was loaded, by number
 * @param bias  address that the file's addresses are relative to, by number
 */
record LoadedElsewhere(List<LoadableFile> files, long[] bias) {
    long absolute(long offset) {
        int number = SlotBases.elsewhereNumber(offset);
        if (number < 0 || number >= bias.length) {
            throw SlotBases.leadsOutside(offset);
        }
        return bias[number] + (offset - SlotBases.elsewhereBias(number));
    }

    /** The offset of an address in one of the images, or -1. */
    long offset(long address) {
        for (int i = 0; i < bias.length; i++) {
            long offset = address - bias[i];
            if (offset >= files.get(i).image.file.lowest() && offset < files.get(i).image.file.highest()) {
                return SlotBases.elsewhereBias(i) + offset;
            }
        }
        return -1;
    }

    /** Makes the images in memory what their files were before they were changed for being loaded. */
    void restore() {
        for (int i = 0; i < bias.length; i++) {
            files.get(i).restore(bias[i]);
        }
    }
}
