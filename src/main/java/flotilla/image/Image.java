package flotilla.image;

import flotilla.elf.ElfFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A private image: the program, the guest library or a library, with its place in the slot. */
final class Image {
    /** What stands in DT_NEEDED, or the path of the program. */
    final String name;
    final Path path;
    final ElfFile file;
    final LibrarySearch.Requester requester;
    /** What DT_NEEDED names, in order, without the libraries that are missing from the system but not needed. */
    final List<Provider> dependencies = new ArrayList<>();
    /** Images that symbols of this one are bound to, so that they cannot go before it. */
    final Set<Image> boundTo = new HashSet<>();
    /** Slot-relative address that the file's addresses are relative to. */
    long bias;
    /** What to map from; null before that is needed. */
    MappedFile mapped;
    /** TLS module id, from 1, or 0 for an image without TLS. */
    int tlsModule;
    /** Bytes below the thread pointer where the TLS block starts, or 0 when it is allocated on first use. */
    long tlsOffset;

    Image(String name, Path path, ElfFile file, LibrarySearch.Requester loader) {
        this.name = name;
        this.path = path;
        this.file = file;
        Path parent = path.toAbsolutePath().getParent();
        this.requester = new LibrarySearch.Requester(file, parent == null ? Path.of("/") : parent, loader);
    }

    long start() {
        return bias + file.lowest();
    }

    long end() {
        return bias + file.highest();
    }

    boolean contains(long slotOffset) {
        return slotOffset >= start() && slotOffset < end();
    }

    /** The last part of the path, for messages. */
    String shortName() {
        Path last = path.getFileName();
        return last == null ? name : last.toString();
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
