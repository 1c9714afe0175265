package flotilla.image;

import flotilla.elf.ElfFile;
import flotilla.elf.SymbolVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds everything that an image needs, breadth first as ld.so does, each library once by its name and its file. What a
 * name stands for is a {@link Provider}: a private image, a host library or the guest library.
 */
final class LibraryLoader {
    /** Reads a library's file; a rank that opens what another has opened already shares the result. */
    interface Reader {
        ElfFile read(Path path);
    }

    private final String program;
    private final LibrarySearch search;
    private final Reader reader;
    private final Map<String, Provider> byName = new HashMap<>();
    private final Map<Object, Image> byFile = new HashMap<>();
    private final List<Image> images = new ArrayList<>();
    private final Map<String, HostLibrary> hosts = new LinkedHashMap<>();
    private final List<String> replaced = new ArrayList<>();
    private ReplacedLibraries.Face face;
    private String faceReason;

    LibraryLoader(String program, LibrarySearch search, Reader reader) {
        this.program = program;
        this.search = search;
        this.reader = reader;
    }

    /** A loader that knows what {@code other} has loaded and goes on from there. */
    LibraryLoader(LibraryLoader other, Reader reader) {
        this(other.program, other.search, reader);
        byName.putAll(other.byName);
        byFile.putAll(other.byFile);
        images.addAll(other.images);
        hosts.putAll(other.hosts);
        replaced.addAll(other.replaced);
        face = other.face;
        faceReason = other.faceReason;
    }

    /** All private images, in the order in which they were found. */
    List<Image> images() {
        return images;
    }

    Collection<HostLibrary> hosts() {
        return hosts.values();
    }

    /** Names of the MPI libraries that the guest library answers for. */
    List<String> replaced() {
        return replaced;
    }

    /** The face that the loaded libraries ask for, or null when none is an MPI program's. */
    ReplacedLibraries.Face face() {
        return face;
    }

    /** Makes an image known that was opened by its path. */
    void add(Image image) {
        images.add(image);
        byFile.put(fileKey(image.path), image);
        registerNames(image);
    }

    private void registerNames(Image image) {
        byName.putIfAbsent(image.name, new Provider.Private(image));
        if (image.file.soname() != null) {
            byName.putIfAbsent(image.file.soname(), new Provider.Private(image));
        }
    }

    /**
     * What {@code roots} and all they need are, breadth first: a scope for symbols.
     *
     * @throws LoadException when a library is missing, or belongs to an MPI library that cannot be answered
     */
    List<Provider> closure(List<Image> roots) {
        var scope = new ArrayList<Provider>();
        var seen = new HashSet<Provider>();
        var queue = new ArrayDeque<Image>();
        for (Image root : roots) {
            var provider = new Provider.Private(root);
            if (seen.add(provider)) {
                scope.add(provider);
                queue.add(root);
            }
        }
        while (!queue.isEmpty()) {
            Image image = queue.remove();
            if (image.dependencies.isEmpty()) {
                for (String needed : image.file.needed()) {
                    image.dependencies.add(provider(needed, image));
                }
            }
            for (Provider dependency : image.dependencies) {
                if (seen.add(dependency)) {
                    scope.add(dependency);
                    if (dependency instanceof Provider.Private(Image found)) {
                        queue.add(found);
                    }
                }
            }
        }
        return scope;
    }

    private Provider provider(String name, Image requester) {
        Provider known = byName.get(name);
        if (known == null) {
            known = open(name, requester);
            byName.put(name, known);
        }
        return known;
    }

    private Provider open(String name, Image requester) {
        if (ReplacedLibraries.isOpenMpi(name)) {
            throw new LoadException(program + ": is linked with Open MPI (" + name
                    + (requester.name.equals(program) ? "" : ", needed by " + requester)
                    + "), whose binary interface is not supported yet; recompile it with flotilla cc, or with MPICH's mpicc");
        }
        ReplacedLibraries.Face wanted = ReplacedLibraries.face(name);
        if (wanted != null) {
            wants(wanted, name + ", needed by " + requester.shortName());
            replaced.add(name);
            return Provider.Guest.MPI;
        }
        var searched = new ArrayList<String>();
        if (ReplacedLibraries.isHost(name)) {
            return host(name, requester);
        }
        Path path = search.find(name, requester.requester, searched);
        if (path == null) {
            if (ReplacedLibraries.isCxxBinding(name)) {
                wants(ReplacedLibraries.Face.MPICH, name + ", needed by " + requester.shortName());
                replaced.add(name);
                return Provider.Guest.MPI;
            }
            throw missing(name, requester.toString(), searched);
        }
        return new Provider.Private(image(name, path, requester.requester));
    }

    LoadException missing(String name, String requester, List<String> searched) {
        return new LoadException(program + ": library " + name + " is missing (needed by " + requester + "; searched "
                + LibrarySearch.describe(searched) + "); install it, or name its folder in LD_LIBRARY_PATH");
    }

    private Provider host(String name, Image requester) {
        HostLibrary library = HostLibrary.open(name);
        if (library == null) {
            throw missing(name, requester.toString(), List.of("the system's C library"));
        }
        hosts.put(name, library);
        return new Provider.Host(library);
    }

    private void wants(ReplacedLibraries.Face wanted, String reason) {
        if (face != null && face != wanted) {
            throw new LoadException(program + ": mixes two MPI interfaces: " + face.word + " (" + faceReason + ") and "
                    + wanted.word + " (" + reason + "); compile the program and its libraries with the same MPI compiler");
        }
        face = wanted;
        faceReason = reason;
    }

    /** The image of the file at {@code path}: the one that is there already, or a new one. */
    Image image(String name, Path path, LibrarySearch.Requester loader) {
        Image known = byFile.get(fileKey(path));
        if (known == null) {
            ElfFile file = reader.read(path);
            if (file.type() != flotilla.elf.Elf.ET_DYN || !file.isDynamic()) {
                throw new LoadException(path + ": is not a shared library; relink it with -shared");
            }
            if (file.soname() != null && byName.get(file.soname()) instanceof Provider.Private(Image same)) {
                return same;
            }
            known = new Image(name, path, file, loader);
            Instrumentation.check(program, known);
            add(known);
        }
        return known;
    }

    /** Finds a library by name or path as DT_NEEDED of {@code requester} would, or null when it is missing. */
    Provider find(String name, Image requester, List<String> searched) {
        Provider known = byName.get(name);
        if (known != null) {
            return known;
        }
        if (ReplacedLibraries.face(name) != null || ReplacedLibraries.isHost(name) || ReplacedLibraries.isOpenMpi(name)) {
            return provider(name, requester);
        }
        Path path = search.find(name, requester.requester, searched);
        return path == null ? null : new Provider.Private(image(name, path, requester.requester));
    }

    /**
     * Checks that private libraries define the versions that are wanted from them.
     *
     * @throws LoadException naming the library, the version and who wants it
     */
    void checkVersions(Collection<Image> of) {
        for (Image image : of) {
            for (SymbolVersions.Need need : image.file.versions().needs()) {
                if (!need.weak() && byName.get(need.file()) instanceof Provider.Private(Image library)
                        && library.file.versions().definesVersions() && !library.file.versions().defines(need.version())) {
                    throw new LoadException(library + ": version " + need.version() + " is missing (needed by " + image
                            + "); install a newer " + library.name);
                }
            }
        }
    }

    /**
     * The order in which images are initialized: what an image needs comes before it. Like ld.so, a depth-first walk that
     * starts from the end of the breadth-first list.
     */
    static List<Image> initializationOrder(List<Image> breadthFirst) {
        var order = new ArrayList<Image>();
        var visited = new HashSet<Image>();
        for (Image image : breadthFirst.reversed()) {
            visit(image, visited, order);
        }
        order.retainAll(Set.copyOf(breadthFirst));
        return order;
    }

    private static void visit(Image start, Set<Image> visited, List<Image> order) {
        record Frame(Image image, java.util.Iterator<Provider> dependencies) {}
        var stack = new ArrayDeque<Frame>();
        if (visited.add(start)) {
            stack.push(new Frame(start, start.dependencies.iterator()));
        }
        while (!stack.isEmpty()) {
            Frame frame = stack.peek();
            if (!frame.dependencies().hasNext()) {
                order.add(frame.image());
                stack.pop();
            } else if (frame.dependencies().next() instanceof Provider.Private(Image next) && visited.add(next)) {
                stack.push(new Frame(next, next.dependencies.iterator()));
            }
        }
    }

    private static Object fileKey(Path path) {
        try {
            Object key = Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class).fileKey();
            return key == null ? path.toRealPath() : key;
        } catch (IOException e) {
            return path;
        }
    }
}
