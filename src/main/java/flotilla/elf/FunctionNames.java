package flotilla.elf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Names of functions by address, for backtraces: from {@code .symtab}, which also knows static functions, and from the
 * dynamic symbols where the file is stripped.
 */
public final class FunctionNames {
    /** Bytes that a function of unknown size is believed to have. */
    private static final long LONGEST_UNSIZED = 1024;

    private final List<Symbol> ascending;

    private FunctionNames(List<Symbol> functions) {
        // Of several names of an address the last is preferred: not that of an IFUNC, whose code is only its resolver's,
        // and not one with a version appended.
        functions.sort(Comparator.comparingLong(Symbol::value)
                .thenComparing(symbol -> symbol.type() != Elf.STT_GNU_IFUNC && symbol.name().indexOf('@') < 0));
        this.ascending = functions;
    }

    /** Reads the names of an image; a file that cannot be read (any more) gives none. */
    public static FunctionNames of(ElfFile image) {
        return of(image, image.path());
    }

    /** As {@link #of(ElfFile)}, with the full symbol table in a file of its own. */
    public static FunctionNames of(ElfFile image, Path symbolFile) {
        return read(image, symbolFile, Symbol::isFunction);
    }

    /** The names of an image's variables, found like those of its functions. */
    public static FunctionNames ofVariables(ElfFile image, Path symbolFile) {
        return read(image, symbolFile, symbol -> symbol.type() == Elf.STT_OBJECT);
    }

    /** The names of an image's thread-local variables; their addresses are relative to its TLS block. */
    static FunctionNames ofThreadLocals(ElfFile image, Path symbolFile) {
        return read(image, symbolFile, symbol -> symbol.type() == Elf.STT_TLS);
    }

    /** All symbols, ascending. */
    List<Symbol> all() {
        return ascending;
    }

    private static FunctionNames read(ElfFile image, Path symbolFile, Predicate<Symbol> wanted) {
        var found = new ArrayList<Symbol>();
        try {
            FullSymbolTable.read(symbolFile).stream().filter(s -> wanted.test(s) && s.isDefined() && (s.value() != 0 || s.type() == Elf.STT_TLS)).forEach(found::add);
        } catch (ElfException e) {
            found.clear();
        }
        if (found.isEmpty()) {
            try {
                image.symbols().all().stream().filter(s -> wanted.test(s) && s.isDefined()).forEach(found::add);
            } catch (ElfException e) {
                found.clear();
            }
        }
        return new FunctionNames(found);
    }

    /** The names that an image exports, of functions and variables: what dladdr(3) knows. */
    public static FunctionNames exported(ElfFile image) {
        var symbols = new ArrayList<Symbol>();
        for (Symbol symbol : image.symbols().all()) {
            if (symbol.isExported() && symbol.type() != Elf.STT_TLS && symbol.section() != Elf.SHN_ABS) {
                symbols.add(symbol);
            }
        }
        return new FunctionNames(symbols);
    }

    /** The function that {@code vaddr} (relative to the bias) lies in, as {@code name+0x12}, or null. */
    public String at(long vaddr) {
        Symbol function = find(vaddr);
        return function == null ? null : function.name().split("@", 2)[0] + "+0x" + Long.toHexString(vaddr - function.value());
    }

    /** The function that {@code vaddr} lies in, or null. */
    public Symbol find(long vaddr) {
        int low = 0;
        int high = ascending.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (ascending.get(middle).value() <= vaddr) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        // Functions written in assembly have no size: they are taken to reach to the next one, but not very far. Names of
        // one address follow each other, so the last with a fitting size is looked for among a few.
        for (int i = high; i >= 0 && i > high - 8; i--) {
            Symbol symbol = ascending.get(i);
            if (vaddr - symbol.value() < symbol.size() || symbol.size() == 0 && i == high && vaddr - symbol.value() < LONGEST_UNSIZED) {
                return symbol;
            }
        }
        return null;
    }

    /** All names of the address of {@code symbol}. */
    public List<String> aliases(Symbol symbol) {
        return ascending.stream().filter(other -> other.value() == symbol.value()).map(other -> other.name().split("@", 2)[0]).toList();
    }
}
