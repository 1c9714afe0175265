package flotilla.elf.debug;

import flotilla.elf.Cursor;
import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/** Finds where the debug information of an image is: in itself, or in a separate file (gdb manual, "Separate Debug Files"). */
public final class DebugFile {
    private static final Path GLOBAL = Path.of("/usr/lib/debug");

    /** The file with the image's line tables and full symbol table; the image itself when there is no better one. */
    public static Path of(ElfFile image) {
        try (var sections = new Sections(image.path())) {
            if (sections.find(".debug_line") != null) {
                return image.path();
            }
            byte[] id = image.buildId();
            if (id.length > 1) {
                String digits = HexFormat.of().formatHex(id);
                Path byId = GLOBAL.resolve(".build-id").resolve(digits.substring(0, 2)).resolve(digits.substring(2) + ".debug");
                if (Files.isReadable(byId)) {
                    return byId;
                }
            }
            ByteBuffer link = sections.find(".gnu_debuglink");
            return link == null ? image.path() : byLink(image.path().toAbsolutePath(), new Cursor(sections.file(), link, 0));
        } catch (ElfException e) {
            return image.path();
        }
    }

    private static Path byLink(Path image, Cursor link) {
        String name = link.string();
        link.move(link.position() + 3 & -4);
        long checksum = link.u32();
        Path folder = image.getParent();
        if (name.isEmpty() || name.contains("/")) {
            return image;
        }
        for (Path file : List.of(folder.resolve(name), folder.resolve(".debug").resolve(name),
                GLOBAL.resolve(folder.toString().substring(1)).resolve(name))) {
            if (!file.equals(image) && Files.isRegularFile(file) && checksum(file) == checksum) {
                return file;
            }
        }
        return image;
    }

    private static long checksum(Path file) {
        var crc = new CRC32();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                crc.update(buffer, 0, count);
            }
            return crc.getValue();
        } catch (IOException e) {
            return -1;
        }
    }

    private DebugFile() {}
}
