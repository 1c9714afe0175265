package flotilla.elf;

import java.util.List;
import java.util.Map;

/**
 * GNU symbol versions. Each dynamic symbol has a version index ({@code DT_VERSYM}); {@code DT_VERDEF} says what the
 * indices of definitions mean, {@code DT_VERNEED} those of references and from which library each is wanted.
 */
public final class SymbolVersions {
    private static final int HIDDEN = 0x8000;
    private static final int INDEX = 0x7fff;
    /** Indices 0 (local), 1 (global) and 2 (the oldest version): what a reference without a version may bind to. */
    private static final int OLDEST = 2;

    /**
     * A version that the image needs.
     *
     * @param file library it is to come from, as in DT_NEEDED
     * @param weak whether its absence is no error
     */
    public record Need(String file, String version, boolean weak) {}

    private final short[] indices;
    private final Map<Integer, String> definitions;
    private final Map<Integer, Need> needs;

    /** {@code indices} is null for an image without versions. */
    SymbolVersions(short[] indices, Map<Integer, String> definitions, Map<Integer, Need> needs) {
        this.indices = indices;
        this.definitions = definitions;
        this.needs = needs;
    }

    /** What a reference of this image wants: the name of a version, or null for any. */
    public String wanted(int symbol) {
        if (indices == null || symbol >= indices.length) {
            return null;
        }
        Need need = needs.get(indices[symbol] & INDEX);
        return need == null ? null : need.version();
    }

    /** The version of a definition of this image, or null. */
    public String defined(int symbol) {
        return indices == null || symbol >= indices.length || (indices[symbol] & INDEX) < OLDEST
                ? null : definitions.get(indices[symbol] & INDEX);
    }

    /**
     * Chooses among definitions of one name, as ld.so does.
     *
     * @param candidates exported definitions
     * @param version    the version wanted, or null for none
     * @return the definition to bind to, or null
     */
    public Symbol choose(List<Symbol> candidates, String version) {
        Symbol preferred = null;
        int defaults = 0;
        for (Symbol symbol : candidates) {
            if (indices == null || symbol.index() >= indices.length) {
                return symbol;
            }
            int index = indices[symbol.index()] & 0xffff;
            boolean hidden = (index & HIDDEN) != 0;
            if (version != null) {
                String name = definitions.get(index & INDEX);
                boolean unversioned = (index & INDEX) < OLDEST || name == null;
                if (version.equals(name) || unversioned && !hidden) {
                    return symbol;
                }
            } else if ((index & INDEX) <= OLDEST) {
                return symbol;
            } else if (!hidden && defaults++ == 0) {
                preferred = symbol;
            }
        }
        return defaults == 1 ? preferred : null;
    }

    /** Chooses the default definition, as dlsym does without a version. */
    public Symbol newest(List<Symbol> candidates) {
        for (Symbol symbol : candidates) {
            if (indices == null || symbol.index() >= indices.length || (indices[symbol.index()] & HIDDEN) == 0) {
                return symbol;
            }
        }
        return candidates.isEmpty() ? null : candidates.getFirst();
    }

    /** True when the image defines versions at all; then every version wanted from it must be among them. */
    public boolean definesVersions() {
        return !definitions.isEmpty();
    }

    public boolean defines(String version) {
        return definitions.containsValue(version);
    }

    public Iterable<Need> needs() {
        return needs.values();
    }
}
