package flotilla.node;

import flotilla.memory.SlotRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The slot range of a job: free in all nodes. Each tells where the place of slots is taken in its process, which hardly ever is
 * anywhere, and all choose by the same rule.
 */
final class SlotAgreement {
    /** As {@link SlotRange#choose(int, long)}. */
    static SlotRange choose(Membership membership, int slots, long minimumSlotSize) {
        if (membership.isAlone()) {
            return SlotRange.choose(slots, minimumSlotSize);
        }
        return choose(membership, slots, minimumSlotSize, SlotRange.taken());
    }

    /** @param own where slots must not lie in this process */
    static SlotRange choose(Membership membership, int slots, long minimumSlotSize, List<SlotRange.Taken> own) {
        var taken = new ArrayList<SlotRange.Taken>();
        for (String text : membership.exchange("taken", text(own))) {
            taken.addAll(parse(text));
        }
        taken.sort(Comparator.comparingLong(SlotRange.Taken::start));
        return membership.together("slots", () -> SlotRange.choose(slots, minimumSlotSize, taken));
    }

    private static String text(List<SlotRange.Taken> taken) {
        var text = new StringBuilder();
        taken.forEach(range -> text.append(Long.toHexString(range.start())).append('-').append(Long.toHexString(range.end())).append(' '));
        return text.toString();
    }

    private static List<SlotRange.Taken> parse(String text) {
        var taken = new ArrayList<SlotRange.Taken>();
        for (String range : text.split(" ")) {
            int dash = range.indexOf('-');
            if (dash > 0) {
                taken.add(new SlotRange.Taken(Long.parseLong(range, 0, dash, 16), Long.parseLong(range, dash + 1, range.length(), 16)));
            }
        }
        return taken;
    }

    private SlotAgreement() {}
}
