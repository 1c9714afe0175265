package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.ElfFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds libraries where ld.so(8) does: DT_RPATH of the requester and of those who loaded it (unless it has a DT_RUNPATH),
 * LD_LIBRARY_PATH, DT_RUNPATH, ld.so.cache, the default folders; in each first among the variants for this processor.
 */
final class LibrarySearch {
    /** Subfolder with libraries for newer processors. */
    private static final String VARIANTS = "glibc-hwcaps";
    private static final List<String> DEFAULT_FOLDERS = List.of(
            "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib");

    /**
     * Who asks for a library.
     *
     * @param loader who loaded it, or null for the program
     */
    record Requester(ElfFile file, Path origin, Requester loader) {}

    private final String libraryPath;
    /** Read when a library is first looked for: many programs need none but MPI's and libc. */
    private LibraryCache cache;
    private final List<String> defaultFolders;

    LibrarySearch(Map<String, String> environment) {
        this(environment, null, DEFAULT_FOLDERS);
    }

    LibrarySearch(Map<String, String> environment, LibraryCache cache, List<String> defaultFolders) {
        this.libraryPath = environment.get("LD_LIBRARY_PATH");
        this.cache = cache;
        this.defaultFolders = defaultFolders;
    }

    /**
     * Finds {@code name} for {@code requester}.
     *
     * @param searched receives the places looked at, for a message
     * @return its path, or null
     */
    Path find(String name, Requester requester, List<String> searched) {
        if (name.indexOf('/') >= 0) {
            Path path = Path.of(expand(name, requester.origin()));
            searched.add(path.toString());
            return Files.isRegularFile(path) ? path : null;
        }
        Path found = null;
        if (requester.file().runpath() == null) {
            for (Requester r = requester; r != null && found == null; r = r.loader()) {
                if (r.file().rpath() != null && r.file().runpath() == null) {
                    found = inList(name, r.file().rpath(), r.origin(), "RPATH", searched);
                }
            }
        }
        if (found == null && libraryPath != null && !libraryPath.isEmpty()) {
            found = inList(name, libraryPath, requester.origin(), "LD_LIBRARY_PATH", searched);
        }
        if (found == null && requester.file().runpath() != null) {
            found = inList(name, requester.file().runpath(), requester.origin(), "RUNPATH", searched);
        }
        boolean defaults = (requester.file().flags1() & Elf.DF_1_NODEFLIB) == 0;
        if (found == null) {
            searched.add("ld.so.cache");
            String cached = cache().path(name);
            if (cached != null && (defaults || !isInDefaultFolder(cached)) && isLibrary(Path.of(cached))) {
                found = Path.of(cached);
            }
        }
        if (found == null && defaults) {
            for (String folder : defaultFolders) {
                searched.add(folder);
                Path candidate = inFolder(folder, name);
                if (candidate != null) {
                    return candidate;
                }
            }
        }
        return found;
    }

    private synchronized LibraryCache cache() {
        if (cache == null) {
            cache = LibraryCache.read(Path.of("/etc/ld.so.cache"));
        }
        return cache;
    }

    private boolean isInDefaultFolder(String path) {
        Path parent = Path.of(path).getParent();
        return parent != null && defaultFolders.contains(parent.toString());
    }

    private static Path inList(String name, String list, Path origin, String source, List<String> searched) {
        for (String element : list.split("[:;]", -1)) {
            // An empty element means the current folder.
            String folder = element.isEmpty() ? "." : expand(element, origin);
            searched.add(source + " " + folder);
            Path candidate = inFolder(folder, name);
            if (candidate != null) {
                return candidate.toAbsolutePath().normalize();
            }
        }
        return null;
    }

    /** The library in the folder, or the best variant of it for this processor; null when there is none. */
    private static Path inFolder(String folder, String name) {
        if (!ProcessorLevel.NAMES.isEmpty() && Files.isDirectory(Path.of(folder, VARIANTS))) {
            for (String level : ProcessorLevel.NAMES) {
                Path variant = Path.of(folder, VARIANTS, level, name);
                if (isLibrary(variant)) {
                    return variant;
                }
            }
        }
        Path plain = Path.of(folder, name);
        return isLibrary(plain) ? plain : null;
    }

    /** Replaces the dynamic string tokens of ld.so(8). */
    static String expand(String text, Path origin) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        String expanded = text;
        for (var token : List.of(Map.entry("ORIGIN", origin.toString()), Map.entry("LIB", libFolder()),
                Map.entry("PLATFORM", "x86_64"))) {
            expanded = expanded.replace("${" + token.getKey() + "}", token.getValue())
                    .replaceAll("\\$" + token.getKey() + "(?![A-Za-z0-9_])",
                            java.util.regex.Matcher.quoteReplacement(token.getValue()));
        }
        return expanded;
    }

    /** What $LIB means is a choice of the distribution. */
    private static String libFolder() {
        return Files.isDirectory(Path.of("/lib/x86_64-linux-gnu")) ? "lib/x86_64-linux-gnu" : "lib64";
    }

    /** Libraries of other machines and word sizes are passed over in silence: folders may mix them. */
    private static boolean isLibrary(Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (var in = Files.newInputStream(path)) {
            byte[] head = in.readNBytes(20);
            return head.length < 20
                    || head[0] != 0x7f
                    || head[4] == 2 && (head[18] & 0xff | (head[19] & 0xff) << 8) == Elf.EM_X86_64;
        } catch (IOException e) {
            return false;
        }
    }

    /** The folders and tables that {@link #find} would look at are one line in a message. */
    static String describe(List<String> searched) {
        return String.join(", ", new ArrayList<>(new java.util.LinkedHashSet<>(searched)));
    }
}
