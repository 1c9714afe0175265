package flotilla.image;

import flotilla.elf.ElfFile;
import flotilla.memory.Mapping;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The files that images are mapped from, each read and opened once for all ranks. Thread-safe. */
final class ImageFiles implements LibraryLoader.Reader, AutoCloseable {
    private final Map<Path, ElfFile> files = new HashMap<>();
    private final Map<Path, Integer> descriptors = new HashMap<>();

    @Override
    public synchronized ElfFile read(Path path) {
        return files.computeIfAbsent(path, ElfFile::read);
    }

    /** Takes over a file that was read elsewhere. */
    synchronized void adopt(Path path, ElfFile file) {
        files.put(path, file);
    }

    /** A descriptor to map from. */
    synchronized int descriptor(Path path) {
        return descriptors.computeIfAbsent(path, Mapping::open);
    }

    @Override
    public synchronized void close() {
        files.values().forEach(ElfFile::close);
        descriptors.values().forEach(Mapping::close);
        files.clear();
        descriptors.clear();
    }
}
