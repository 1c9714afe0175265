package flotilla.image;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A method of giving each rank its own copy of the program's mutable state. */
public interface Privatization {
    /** What {@code --privatize} calls it. */
    String name();

    /** One line for {@code flotilla methods}. */
    String summary();

    Traits traits();

    /**
     * Reads and links the program at {@code program}, once for all its ranks.
     *
     * @throws LoadException when it cannot run; the message is one line with the reason and the remedy
     */
    PreparedProgram prepare(Path program, LoadOptions options);

    /** Slots that a job of so many programs needs besides its ranks', behind them. */
    default int sharedSlots(int programs) {
        return 0;
    }

    /**
     * Whether the ranks' slots may be staggered. Not where shared images find the rank's slot, whose size is a power of two, from
     * any address in it.
     */
    default boolean staggersSlots() {
        return true;
    }

    /** Why a process can have one PE only, as part of a sentence; null where it can have several. */
    default String whyOnePe() {
        return null;
    }

    /** The methods that exist. */
    static List<Privatization> all() {
        return List.of(new NonePrivatization(), new TlsPrivatization(), new AutoTlsPrivatization(), new SwapPrivatization(), new PiePrivatization(), new FsPrivatization(),
                new PipPrivatization());
    }

    /**
     * The method of that name.
     *
     * @throws LoadException when there is none; the message lists what there is
     */
    static Privatization named(String name) {
        return all().stream().filter(method -> method.name().equals(name)).findFirst()
                .orElseThrow(() -> new LoadException("--privatize=" + name + ": no such method; there is: " + Choice.AUTO + ", "
                        + all().stream().map(Privatization::name).collect(Collectors.joining(", "))));
    }
}
