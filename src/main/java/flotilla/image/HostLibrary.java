package flotilla.image;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import flotilla.elf.Elf;
import flotilla.elf.ElfFile;
import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import flotilla.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A library of the process that all ranks share: libc and its kin. Its symbols' addresses come from the real dlsym. */
final class HostLibrary {
    /**
     * A symbol of the host.
     *
     * @param version version that was found, or null
     * @param type    {@code STT_*}
     * @param address absolute, in this process; an IFUNC's is that of the chosen implementation
     */
    record HostSymbol(String name, String version, HostLibrary library, int type, long size, long address) {
        boolean isFunction() {
            return type == Elf.STT_FUNC || type == Elf.STT_GNU_IFUNC;
        }
    }

    private static final int RTLD_NOW = 2;
    private static final int RTLD_DI_LINKMAP = 2;
    private static final Linker LINKER = Linker.nativeLinker();
    /** One type for all: making handles of a second one takes milliseconds, and surplus arguments are not looked at. */
    private static final FunctionDescriptor TYPE = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle DLOPEN = handle("dlopen");
    private static final MethodHandle DLSYM = handle("dlsym");
    private static final MethodHandle DLVSYM = handle("dlvsym");
    private static final MethodHandle DLINFO = handle("dlinfo");
    private static final Map<String, HostLibrary> OPEN = new ConcurrentHashMap<>();

    private final String soname;
    private final long handle;
    private final ElfFile file;

    private HostLibrary(String soname, long handle, ElfFile file) {
        this.soname = soname;
        this.handle = handle;
        this.file = file;
    }

    /** The library of that name, opened in this process for good, or null when the system has none. */
    static HostLibrary open(String soname) {
        HostLibrary known = OPEN.get(soname);
        if (known != null) {
            return known;
        }
        try (var arena = Arena.ofConfined()) {
            long handle = (long) DLOPEN.invokeExact(arena.allocateFrom(soname).address(), (long) RTLD_NOW, 0L);
            if (handle == 0) {
                return null;
            }
            // struct link_map of <link.h>: l_addr, l_name.
            MemorySegment linkMap = arena.allocate(JAVA_LONG);
            long result = (long) DLINFO.invokeExact(handle, (long) RTLD_DI_LINKMAP, linkMap.address());
            if ((int) result != 0) {
                return null;
            }
            String path = Memory.getString(Memory.getLong(linkMap.get(JAVA_LONG, 0) + 8));
            ElfFile file = ElfFile.read(Path.of(path));
            file.close();
            OPEN.putIfAbsent(soname, new HostLibrary(soname, handle, file));
            return OPEN.get(soname);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    String soname() {
        return soname;
    }

    boolean isMath() {
        return ReplacedLibraries.isMath(soname);
    }

    /**
     * Looks up a symbol.
     *
     * @param version version wanted, or null for the default one; one that this host does not have is ignored
     * @return the symbol, or null when the library does not define it
     */
    HostSymbol find(SymbolName name, String version) {
        Symbol symbol = version == null ? null : file.lookup(name, version);
        boolean exact = symbol != null;
        if (symbol == null) {
            symbol = file.lookupNewest(name);
        }
        if (symbol == null) {
            return null;
        }
        long address = 0;
        if (symbol.type() != Elf.STT_TLS) {
            address = address(name.text(), exact ? file.versions().defined(symbol.index()) : null);
            if (address == 0) {
                return null;
            }
        }
        return new HostSymbol(name.text(), file.versions().defined(symbol.index()), this, symbol.type(), symbol.size(),
                address);
    }

    private long address(String name, String version) {
        try (var arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name).address();
            long found = 0;
            if (version != null) {
                found = (long) DLVSYM.invokeExact(handle, text, arena.allocateFrom(version).address());
            }
            if (found == 0) {
                found = (long) DLSYM.invokeExact(handle, text, 0L);
            }
            return found;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle handle(String name) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), TYPE);
    }

    @Override
    public String toString() {
        return soname;
    }
}
