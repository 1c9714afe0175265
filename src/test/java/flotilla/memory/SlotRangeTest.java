package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class SlotRangeTest {
    @Property(tries = 50)
    void slotsAreLargeAlignedAndFree(@ForAll @IntRange(min = 1, max = 20_000) int ranks) {
        SlotRange slots = SlotRange.choose(ranks, 1 << 20);

        assertThat(slots.slotSize()).isBetween(1L << 30, 1L << 36);
        assertThat(Long.bitCount(slots.slotSize())).isOne();
        assertThat(slots.base() % slots.slotSize()).isZero();
        assertThat(ProcessMaps.read()).noneMatch(entry -> slots.contains(entry.start()) || slots.contains(entry.end() - 1));
    }

    @Property
    void findsTheSlotOfAnAddress(@ForAll @IntRange(max = 99) int rank, @ForAll @LongRange(max = (1L << 30) - 1) long offset) {
        SlotRange slots = SlotRange.of(0x1000_0000_0000L, 1L << 30, 100);

        assertThat(slots.rankOf(slots.base(rank) + offset)).isEqualTo(rank);
    }

    @Test
    void addressesOutsideBelongToNobody() {
        SlotRange slots = SlotRange.of(0x1000_0000_0000L, 1L << 30, 100);

        assertThat(slots.rankOf(slots.base() - 1)).isEqualTo(-1);
        assertThat(slots.rankOf(slots.base() + 100 * slots.slotSize())).isEqualTo(-1);
        assertThat(slots.rankOf(-1)).isEqualTo(-1);
        assertThatThrownBy(() -> slots.base(100)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void avoidsWhatIsMapped() {
        SlotRange first = SlotRange.choose(4, 1 << 20);
        long page = first.base(1);
        Mapping.map(page, 4096, Mapping.PROT_READ, Mapping.MAP_PRIVATE | Mapping.MAP_ANONYMOUS | Mapping.MAP_FIXED_NOREPLACE,
                -1, 0);
        try {
            assertThat(SlotRange.choose(4, 1 << 20).contains(page)).isFalse();
        } finally {
            first.release(1);
        }
        assertThat(SlotRange.choose(4, 1 << 20)).isEqualTo(first);
    }

    @Test
    void saysHowManyRanksFit() {
        assertThatThrownBy(() -> SlotRange.choose(1_000_000, 1L << 30)).isInstanceOf(AddressSpaceException.class)
                .hasMessageContaining("1000000 ranks").hasMessageContaining("limit 65536 ranks");
    }

    @Test
    void saysHowToRaiseTheLimitOfMappings() {
        MappingLimits.check(10_000, 6, 65_530, 1_000);
        assertThatThrownBy(() -> MappingLimits.check(10_000, 10, 65_530, 1_000)).isInstanceOf(AddressSpaceException.class)
                .hasMessage("10000 ranks need about 103048 memory mappings, and vm.max_map_count allows 65530 in a process "
                        + "(about 6248 ranks); raise it with: sysctl -w vm.max_map_count=131072");
        assertThat(MappingLimits.limit()).isGreaterThan(1000);
    }

    @Test
    void staggeredSlotsBeginOnDifferentPagesAndStayApart() {
        SlotRange slots = SlotRange.of(0x1000_0000_0000L, 1L << 30, 100).stagger();
        var pages = new java.util.HashSet<Long>();
        for (int rank = 0; rank < 100; rank++) {
            long start = 0x1000_0000_0000L + ((long) rank << 30);
            assertThat(slots.base(rank) % Mapping.PAGE_SIZE).isZero();
            assertThat(slots.base(rank)).isBetween(start, start + SlotRange.MOST_STAGGER);
            assertThat(slots.rankOf(slots.base(rank))).isEqualTo(rank);
            pages.add(slots.base(rank) / Mapping.PAGE_SIZE % 128);
        }
        assertThat(pages).hasSizeGreaterThan(50);
    }
}
