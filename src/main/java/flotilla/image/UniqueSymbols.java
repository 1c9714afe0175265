package flotilla.image;

import flotilla.elf.Elf;
import java.util.HashMap;
import java.util.Map;

/**
 * The symbols of which a rank has one, whatever scopes they are looked up in (STB_GNU_UNIQUE: variables of C++ templates and
 * inline functions). The first definition that something is bound to is the one.
 */
final class UniqueSymbols {
    private final Map<String, Binding.Defined> chosen;

    UniqueSymbols() {
        chosen = new HashMap<>();
    }

    /** Begins with what {@code other} has chosen. */
    UniqueSymbols(UniqueSymbols other) {
        chosen = new HashMap<>(other.chosen);
    }

    /** The definition to use for one that was found. */
    Binding only(Binding found) {
        if (found instanceof Binding.Defined defined && defined.symbol().binding() == Elf.STB_GNU_UNIQUE) {
            return chosen.computeIfAbsent(defined.symbol().name(), name -> defined);
        }
        return found;
    }
}
