package flotilla.elf.debug;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Symbols as the programmer wrote them: C++ names by the system's libstdc++ when it has one, Fortran names by gfortran's rules. */
public final class ReadableNames {
    private static final Pattern MODULE_PROCEDURE = Pattern.compile("__(\\w+?)_MOD_(\\w+)");
    private static final Pattern CONTAINED = Pattern.compile("(\\w+)\\.\\d+");

    /** {@code char *__cxa_demangle(const char *, char *, size_t *, int *)} (Itanium C++ ABI, section 3.4), or null. */
    private static final MethodHandle DEMANGLE = find();
    private static final MethodHandle FREE = DEMANGLE == null ? null : Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("free"), FunctionDescriptor.ofVoid(ADDRESS));

    private static MethodHandle find() {
        try {
            return SymbolLookup.libraryLookup("libstdc++.so.6", Arena.global()).find("__cxa_demangle")
                    .map(address -> Linker.nativeLinker().downcallHandle(address,
                            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS))).orElse(null);
        } catch (IllegalArgumentException e) {
            return null; // no such library
        }
    }

    /** {@code symbol} for a person; unchanged where there is nothing to do. */
    public static String of(String symbol, boolean isFortran) {
        String plain = symbol.split("@", 2)[0];
        if (plain.startsWith("_Z")) {
            return demangled(plain);
        }
        Matcher module = MODULE_PROCEDURE.matcher(plain);
        if (module.matches()) {
            return module.group(1) + "::" + module.group(2);
        }
        if (!isFortran) {
            return plain;
        }
        if (plain.equals("MAIN__")) {
            return "main program";
        }
        Matcher contained = CONTAINED.matcher(plain);
        if (contained.matches()) {
            return contained.group(1);
        }
        return plain.endsWith("_") && plain.length() > 1 ? plain.substring(0, plain.length() - 1) : plain;
    }

    /** A C++ symbol or type in its source form. */
    public static String demangled(String mangled) {
        if (DEMANGLE == null) {
            return mangled;
        }
        try (var arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(JAVA_INT);
            var text = (MemorySegment) DEMANGLE.invokeExact(arena.allocateFrom(mangled), MemorySegment.NULL, MemorySegment.NULL, status);
            if (status.get(JAVA_INT, 0) != 0 || text.address() == 0) {
                return mangled;
            }
            String result = text.reinterpret(Long.MAX_VALUE).getString(0);
            FREE.invokeExact(text);
            return result;
        } catch (Throwable e) {
            return mangled;
        }
    }

    private ReadableNames() {}
}
