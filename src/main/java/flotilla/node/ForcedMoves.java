package flotilla.node;

import flotilla.image.PreparedProgram;
import flotilla.image.RankImages;
import flotilla.memory.Memory;
import flotilla.memory.PageRuns;
import flotilla.memory.SlotRange;
import flotilla.migrate.Arrival;
import flotilla.migrate.Departure;
import flotilla.migrate.HostAddresses;
import flotilla.migrate.MoveException;
import flotilla.mpi.core.Rank;
import flotilla.trap.Debugger;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** For tests: ranks leave this process and arrive in it again, as if they had been elsewhere. Used by the only PE. */
final class ForcedMoves {
    private final RankImages[] images;
    private final PreparedProgram[] programOf;
    private final Debugger debugger;
    private long moves;
    private long bytes;
    private long nanos;
    private final TreeMap<String, Integer> refusals = new TreeMap<>();
    private final SlotRange slots;
    private final boolean checked;
    private final Set<String> hostAddresses = new TreeSet<>();

    /** @param checked whether addresses of the host that travel are told */
    ForcedMoves(RankImages[] images, PreparedProgram[] programOf, Debugger debugger, SlotRange slots, boolean checked) {
        this.checked = checked;
        this.slots = slots;
        this.images = images;
        this.programOf = programOf;
        this.debugger = debugger;
    }

    void move(Rank rank) {
        long begin = System.nanoTime();
        int number = rank.worldRank;
        images[number].chains(debugger::hideImages);
        try (var arena = Arena.ofConfined()) {
            var departure = new Departure(images[number]);
            PageRuns pages = departure.pages();
            if (checked) {
                hostAddresses.addAll(new HostAddresses(slots.base(), slots.base()
                        + slots.slotSize() * slots.count()).in(images[number], pages));
            }
            MemorySegment onTheWay = arena.allocate(Math.max(1, pages.bytes()));
            copy(pages, onTheWay.address(), false);
            byte[] description = departure.description();
            departure.leave();
            var arrival = new Arrival(programOf[number], images[number].slotBase(), description);
            copy(arrival.pages(), onTheWay.address(), true);
            images[number] = arrival.finish();
            moves++;
            bytes += pages.bytes();
        } catch (MoveException stays) {
            refusals.merge(stays.getMessage(), 1, Integer::sum);
        }
        images[number].chains(debugger::showImages);
        nanos += System.nanoTime() - begin;
    }

    private static void copy(PageRuns pages, long outside, boolean arrives) {
        long at = outside;
        for (int i = 0; i < pages.count(); i++) {
            Memory.copy(arrives ? at : pages.start(i), arrives ? pages.start(i) : at, pages.bytes(i));
            at += pages.bytes(i);
        }
    }

    /** What has been done, in a line for each kind. */
    String summary() {
        var text = new StringBuilder("%d moves of ranks, %d bytes and %d us each%n".formatted(moves, bytes / Math.max(1, moves),
                nanos / 1000 / Math.max(1, moves)));
        refusals.forEach((reason, count) -> text.append("flotilla: %d times a rank stayed: %s%n".formatted(count, reason)));
        hostAddresses.forEach(line -> text.append("flotilla: ").append(line).append(System.lineSeparator()));
        return text.toString();
    }
}
