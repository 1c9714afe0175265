package flotilla.transport;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "isThere", disabledReason = "libucp.so.0 is missing: apt install libucx0")
class UcxTest extends TransportContract {
    static boolean isThere() {
        try (var arena = Arena.ofConfined()) {
            SymbolLookup.libraryLookup("libucp.so.0", arena);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    String name() {
        return "ucx";
    }

    /** UCX holds its lock for long, which is slow when threads are many and processors few. */
    @Override
    int frames() {
        return 60;
    }
}
