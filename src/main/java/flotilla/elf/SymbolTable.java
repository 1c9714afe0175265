package flotilla.elf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The dynamic symbol table ({@code .dynsym}) with its hash table. Several symbols of one name may exist, one for each
 * version: look-ups return them all, and {@link SymbolVersions} chooses.
 */
public final class SymbolTable {
    private final ByteBuffer symbols;
    private final int count;
    private final StringTable strings;
    private final HashTable hash;

    SymbolTable(ByteBuffer symbols, StringTable strings, HashTable hash) {
        this.symbols = symbols;
        this.count = symbols.remaining() / Elf.SYM_SIZE;
        this.strings = strings;
        this.hash = hash;
    }

    public int count() {
        return count;
    }

    /** Symbol {@code index}, 0 to count - 1; entry 0 is the undefined symbol without a name. */
    public Symbol get(int index) {
        int at = index * Elf.SYM_SIZE;
        int nameOffset = symbols.getInt(at);
        return new Symbol(index, strings.get(nameOffset & 0xffff_ffffL, "symbol " + index), nameOffset,
                symbols.get(at + 4) & 0xff, symbols.get(at + 5) & 0xff, symbols.getShort(at + 6) & 0xffff,
                symbols.getLong(at + 8), symbols.getLong(at + 16));
    }

    /** All symbols of that name, exported or not, in the order of the hash chain. */
    public List<Symbol> find(SymbolName name) {
        List<Symbol> found = List.of();
        var chain = hash.chain(name);
        for (int index = chain.next(); index >= 0; index = chain.next()) {
            if (index < count && strings.equals(symbols.getInt(index * Elf.SYM_SIZE) & 0xffff_ffffL, name.bytes())) {
                if (found.isEmpty()) {
                    found = new ArrayList<>(2);
                }
                found.add(get(index));
            }
        }
        return found;
    }

    /** Every symbol of the table. */
    public List<Symbol> all() {
        var all = new ArrayList<Symbol>(count);
        for (int i = 1; i < count; i++) {
            all.add(get(i));
        }
        return all;
    }
}
