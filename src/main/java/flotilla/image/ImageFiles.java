package flotilla.image;

import flotilla.elf.ElfFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The files that images are mapped from, each read and opened once for all ranks. Thread-safe. */
final class ImageFiles implements LibraryLoader.Reader, AutoCloseable {
    private final Map<Path, ElfFile> files = new HashMap<>();
    private final Map<Path, MappedFile> mapped = new HashMap<>();

    @Override
    public synchronized ElfFile read(Path path) {
        return files.computeIfAbsent(path, ElfFile::read);
    }

    /** Takes over a file that was read elsewhere. */
    synchronized void adopt(Path path, ElfFile file) {
        files.put(path, file);
    }

    /** To map from. */
    synchronized MappedFile mapped(Path path) {
        return mapped.computeIfAbsent(path, MappedFile::new);
    }

    @Override
    public synchronized void close() {
        files.values().forEach(ElfFile::close);
        mapped.values().forEach(MappedFile::close);
        files.clear();
        mapped.clear();
    }
}
