package flotilla.image;

import java.nio.file.Path;
import java.util.Map;

/**
 * How a program is to be prepared.
 *
 * @param guestLibraryFolder where the guest libraries lie
 * @param slotSize           bytes of a slot, a power of two
 * @param stackSize          bytes of a rank's stack, 0 for the default
 * @param heapSize           bytes of a rank's heap, 0 for the default
 * @param copies             folder where method {@code fs} makes its copies
 * @param environment        the job's environment: LD_LIBRARY_PATH and LD_PRELOAD are taken from it
 */
public record LoadOptions(
        Path guestLibraryFolder, long slotSize, long stackSize, long heapSize, Path copies,
        Map<String, String> environment) {

    public LoadOptions {
        if (Long.bitCount(slotSize) != 1 || stackSize < 0 || heapSize < 0) {
            throw new IllegalArgumentException("slot size " + slotSize + ", stack " + stackSize + ", heap " + heapSize);
        }
        environment = Map.copyOf(environment);
    }

    public static LoadOptions of(Path guestLibraryFolder, long slotSize) {
        return new LoadOptions(guestLibraryFolder, slotSize, 0, 0, folderOfCopies(), System.getenv());
    }

    public LoadOptions withEnvironment(Map<String, String> variables) {
        return new LoadOptions(guestLibraryFolder, slotSize, stackSize, heapSize, copies, variables);
    }

    /** TMPDIR, or what stands for it. */
    public static Path folderOfCopies() {
        String folder = System.getenv("TMPDIR");
        return Path.of(folder == null || folder.isEmpty() ? "/tmp" : folder).toAbsolutePath();
    }
}
