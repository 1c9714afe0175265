package flotilla.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * The C library that is loaded into the JVM (guest/host). Whoever calls its functions keeps their handles in constants of a
 * class that is initialized after {@link #load}, so that a call compiles to a plain one.
 */
public final class HostLibrary {
    private static volatile Path library;

    /** Names the library; must come before any use of its functions. */
    public static void load(Path hostLibrary) {
        library = hostLibrary;
    }

    /** What the library exports. */
    public static SymbolLookup lookup() {
        return Loaded.LOOKUP;
    }

    public static MethodHandle handle(String name, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(Loaded.LOOKUP.findOrThrow(name), type, options);
    }

    private static final class Loaded {
        static final SymbolLookup LOOKUP = SymbolLookup.libraryLookup(library, Arena.global());
    }

    private HostLibrary() {}
}
