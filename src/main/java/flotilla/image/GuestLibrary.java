package flotilla.image;

import flotilla.elf.Elf;
import flotilla.elf.Symbol;
import flotilla.elf.SymbolName;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The guest library as the loader sees it: an image with exported functions and tables that the loader fills. */
final class GuestLibrary {
    /** References of the guest library to the real function behind one that it defines itself. */
    private static final String HOST_PREFIX = "flotilla_host_";

    static final String START = "flotilla_start";
    static final String CONTINUE = "flotilla_continue";
    static final String CONTROL = "flotilla_control";
    static final String PLAIN_GATES = "flotilla_plain_gates";
    static final String PLAIN_GATE_TABLE = "flotilla_plain_gate_table";
    static final String CALL_GATES = "flotilla_call_gates";
    static final String CALL_GATE_TABLE = "flotilla_call_gate_table";
    static final String MISSING_STUBS = "flotilla_missing_stubs";
    static final String TLSDESC_STATIC = "flotilla_tlsdesc_static";
    static final String TLSDESC_UNDEFINED = "flotilla_tlsdesc_undefined";
    static final String TLSDESC_DYNAMIC = "flotilla_tlsdesc_dynamic";

    final Image image;
    private final Map<String, Long> addresses = new ConcurrentHashMap<>();

    GuestLibrary(Image image) {
        this.image = image;
    }

    /** Slot-relative address of an exported symbol, or -1. */
    long find(String name) {
        return addresses.computeIfAbsent(name, key -> {
            Symbol symbol = image.file.lookupNewest(new SymbolName(key));
            return symbol == null ? -1L : image.bias + symbol.value();
        });
    }

    /** Slot-relative address of an exported symbol that must be there. */
    long require(String name) {
        long address = find(name);
        if (address < 0) {
            throw new LoadException(image + ": does not export " + name
                    + "; it does not belong to this Flotilla: build Flotilla again");
        }
        return address;
    }

    /**
     * Whether a symbol is a variable of libc's or MPI's interface (stdout, environ, MPI_UNWEIGHTED...), of which programs that
     * share their images see one. The objects behind the standard streams are each rank's own: stdio finds them.
     */
    static boolean isPublicVariable(Symbol symbol) {
        return symbol.type() == Elf.STT_OBJECT && !symbol.name().startsWith("_IO_2_1_")
                && !symbol.name().startsWith("flotilla_control") && !symbol.name().endsWith("_gate_table");
    }

    /** The host's name for a reference of the guest library, or null when it is an ordinary reference. */
    static String hostName(String reference) {
        return reference.startsWith(HOST_PREFIX) ? reference.substring(HOST_PREFIX.length()) : null;
    }
}
