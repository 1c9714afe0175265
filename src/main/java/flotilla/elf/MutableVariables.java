package flotilla.elf;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/**
 * The variables of an image that a program can change: what a method of privatization has to make private. Known by name as far
 * as the file has symbols; a stripped file tells those that it exports.
 */
public final class MutableVariables {
    /** What compilers put into every program. */
    private static final Set<String> OF_COMPILER = Set.of("completed.0", "__dso_handle", "__TMC_END__", "__data_start", "data_start", "_edata",
            "__bss_start", "_end", "_GLOBAL_OFFSET_TABLE_", "__frame_dummy_init_array_entry", "__do_global_dtors_aux_fini_array_entry");

    /** One variable; {@code threadLocal} when each thread has its own. */
    public record Variable(String name, long size, boolean threadLocal, boolean isStatic) {}

    private MutableVariables() {}

    /** Those of an image, by address; one with several names once. */
    public static List<Variable> of(ElfFile image) {
        var byAddress = new LinkedHashMap<Long, Variable>();
        for (Symbol symbol : FunctionNames.ofVariables(image, image.path()).all()) {
            if (symbol.size() > 0 && isMutable(image, symbol) && !OF_COMPILER.contains(plain(symbol))) {
                byAddress.putIfAbsent(symbol.value(), new Variable(plain(symbol), symbol.size(), false, symbol.binding() == Elf.STB_LOCAL));
            }
        }
        var all = new ArrayList<>(byAddress.values());
        for (Symbol symbol : FunctionNames.ofThreadLocals(image).all()) {
            if (symbol.size() > 0) {
                all.add(new Variable(plain(symbol), symbol.size(), true, symbol.binding() == Elf.STB_LOCAL));
            }
        }
        return all;
    }

    private static String plain(Symbol symbol) {
        return symbol.name().split("@", 2)[0];
    }

    private static boolean isMutable(ElfFile image, Symbol symbol) {
        Segment relro = image.segment(Elf.PT_GNU_RELRO);
        Segment load = image.loadAt(symbol.value(), symbol.size());
        return load != null && load.writable()
                && (relro == null || symbol.value() < relro.vaddr() || symbol.value() >= relro.memoryEnd());
    }
}
