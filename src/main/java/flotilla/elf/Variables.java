package flotilla.elf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The variables of an image that its code can change: what lies in writable memory and stays writable, static ones included
 * where the file has a full symbol table. Left out is what is not the programmer's: what the compiler's start-up files bring,
 * and variables of libraries that stand in the program (COPY relocations).
 */
public final class Variables {
    /** Of the compiler's crtbegin.o; the one of the C++ library's {@code <iostream>}, which only counts. */
    private static final Set<String> NOBODYS = Set.of("__dso_handle", "__TMC_END__", "_ZStL8__ioinit");
    private static final String START_FILES = "crtstuff.c";
    /** What C++ exceptions refer to: constants. */
    private static final String REFERENCE = "DW.ref.";
    /** Says whether a variable of C++ has been made. */
    private static final String GUARD = "_ZGV";

    /**
     * A variable.
     *
     * @param source file that defines it, as the compiler noted it, or null where that is not known: as of global ones
     */
    public record Variable(Symbol symbol, String source) {
        public String name() {
            return symbol.name();
        }

        /** Relative to the image's bias. */
        public long start() {
            return symbol.value();
        }

        public long end() {
            return symbol.value() + symbol.size();
        }

        /** Made by the compiler for another variable. */
        public boolean isGuard() {
            return symbol.name().startsWith(GUARD);
        }

        /** Other files of the program, and other images, may name it. */
        public boolean isGlobal() {
            return !symbol.isLocal() && symbol.visibility() == Elf.STV_DEFAULT;
        }
    }

    private final List<Variable> all;
    private final Set<Long> marks;
    private final boolean complete;

    private Variables(List<Variable> all, Set<Long> marks, boolean complete) {
        this.all = all;
        this.marks = marks;
        this.complete = complete;
    }

    /** Reads the variables of an image whose full symbol table, if there is one, is in {@code symbolFile}. */
    public static Variables of(ElfFile image, Path symbolFile) {
        List<Symbol> symbols;
        try {
            symbols = FullSymbolTable.read(symbolFile);
        } catch (ElfException e) {
            symbols = List.of();
        }
        boolean complete = !symbols.isEmpty();
        Set<Long> copied = copied(image);
        var found = new ArrayList<Variable>();
        var marks = new HashSet<Long>();
        String source = null;
        for (Symbol symbol : complete ? symbols : image.symbols().all()) {
            if (symbol.type() == Elf.STT_FILE) {
                // Local symbols follow the file that they are of; those that the linker made local, an empty name.
                source = symbol.name().isEmpty() ? null : symbol.name();
            } else if (symbol.size() == 0 && NOBODYS.contains(symbol.name())) {
                marks.add(symbol.value());
            } else if (symbol.type() == Elf.STT_OBJECT && symbol.isDefined() && symbol.size() > 0
                    && isVariable(image, symbol.value(), symbol.size()) && !copied.contains(symbol.value())) {
                String of = symbol.isLocal() ? source : null;
                if (!START_FILES.equals(of) && !NOBODYS.contains(symbol.name()) && !symbol.name().startsWith(REFERENCE)) {
                    found.add(new Variable(symbol, of));
                }
            }
        }
        return new Variables(List.copyOf(found), Set.copyOf(marks), complete);
    }

    /** Those of an image of which each thread has its own. */
    public static List<Variable> threadLocals(ElfFile image, Path symbolFile) {
        return FunctionNames.ofThreadLocals(image, symbolFile).all().stream().filter(symbol -> symbol.size() > 0)
                .map(symbol -> new Variable(symbol, null)).toList();
    }

    /** Whether memory of an image is written to after relocation. */
    private static boolean isVariable(ElfFile image, long start, long bytes) {
        Segment load = image.loadAt(start, bytes);
        return load != null && load.writable() && !image.isConstant(start);
    }

    private static Set<Long> copied(ElfFile image) {
        var places = new HashSet<Long>();
        RelocationTable table = image.relocations();
        for (int i = 0; i < table.count(); i++) {
            if (table.type(i) == Elf.R_X86_64_COPY) {
                places.add(table.offset(i));
            }
        }
        return places;
    }

    public List<Variable> all() {
        return all;
    }

    /** Addresses that start-up files refer to without meaning the variables that happen to begin there. */
    public Set<Long> marks() {
        return marks;
    }

    /** Whether static variables are among them: not where the file is stripped. */
    public boolean isComplete() {
        return complete;
    }
}
