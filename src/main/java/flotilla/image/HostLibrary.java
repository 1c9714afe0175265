package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.ElfFile;
import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A library of the process that all ranks share: libc and its kin. Its functions are found by dlopen and dlinfo; dlsym, which takes longer, is asked for IFUNCs alone. */
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
    private static final NativeFunction DLOPEN = NativeFunction.ofLibc("dlopen");
    private static final NativeFunction DLSYM = NativeFunction.ofLibc("dlsym");
    private static final NativeFunction DLVSYM = NativeFunction.ofLibc("dlvsym");
    private static final NativeFunction DLINFO = NativeFunction.ofLibc("dlinfo");
    private static final Map<String, HostLibrary> OPEN = new ConcurrentHashMap<>();

    private final String soname;
    private final long handle;
    private final boolean math;
    private final long bias;
    private final ElfFile file;

    private HostLibrary(String soname, long handle, long bias, ElfFile file) {
        this.soname = soname;
        this.handle = handle;
        this.math = ReplacedLibraries.isMath(soname);
        this.bias = bias;
        this.file = file;
    }

    /** The library of that name, opened in this process for good, or null when the system has none. */
    static HostLibrary open(String soname) {
        HostLibrary known = OPEN.get(soname);
        if (known != null) {
            return known;
        }
        try (var arena = Arena.ofConfined()) {
            long handle = DLOPEN.call(arena.allocateFrom(soname).address(), RTLD_NOW);
            if (handle == 0) {
                return null;
            }
            // struct link_map of <link.h>: l_addr, l_name.
            long answer = arena.allocate(8, 8).address();
            if ((int) DLINFO.call(handle, RTLD_DI_LINKMAP, answer) != 0) {
                return null;
            }
            long linkMap = Memory.getLong(answer);
            String path = Memory.getString(Memory.getLong(linkMap + 8));
            ElfFile file = ElfFile.read(Path.of(path));
            file.close();
            OPEN.putIfAbsent(soname, new HostLibrary(soname, handle, Memory.getLong(linkMap), file));
            return OPEN.get(soname);
        }
    }

    String soname() {
        return soname;
    }

    boolean isMath() {
        return math;
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
        long address = switch (symbol.type()) {
            case Elf.STT_TLS -> 0;
            case Elf.STT_GNU_IFUNC -> chosen(name.text(), exact ? file.versions().defined(symbol.index()) : null);
            default -> bias + symbol.value();
        };
        return new HostSymbol(name.text(), file.versions().defined(symbol.index()), this, symbol.type(), symbol.size(),
                address);
    }

    /** The implementation that an IFUNC has chosen for this processor. */
    private long chosen(String name, String version) {
        try (var arena = Arena.ofConfined()) {
            long text = arena.allocateFrom(name).address();
            long found = version == null ? 0 : DLVSYM.call(handle, text, arena.allocateFrom(version).address());
            return found != 0 ? found : DLSYM.call(handle, text);
        }
    }

    @Override
    public String toString() {
        return soname;
    }
}
