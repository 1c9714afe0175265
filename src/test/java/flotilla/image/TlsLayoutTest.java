package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.elf.Elf;
import flotilla.elf.Segment;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class TlsLayoutTest {
    /** Blocks lie below what is there already, do not overlap it, and keep their address's distance from the alignment. */
    @Property
    void blocksAreAlignedAsTheirSegments(@ForAll @LongRange(max = 1 << 20) long used, @ForAll @LongRange(max = 1 << 20) long size,
            @ForAll @LongRange(max = 1 << 20) long vaddr, @ForAll @IntRange(max = 12) int logAlign) {
        long align = 1L << logAlign;
        long offset = TlsLayout.offset(new Segment(Elf.PT_TLS, 4, 0, vaddr, 0, size, align), used);

        assertThat(offset).isGreaterThanOrEqualTo(used + size).isLessThanOrEqualTo(used + size + 2 * align + 1);
        assertThat(Math.floorMod(-offset - vaddr, align)).isZero();
    }

    /** The linker of a program takes its block to end at the thread pointer, rounded up to the alignment. */
    @Property
    void theProgramsBlockIsWhereItsLinkerHasIt(@ForAll @LongRange(min = 1, max = 1 << 20) long size,
            @ForAll @IntRange(max = 12) int logAlign) {
        long align = 1L << logAlign;
        assertThat(TlsLayout.offset(new Segment(Elf.PT_TLS, 4, 0, 0x4000, 0, size, align), 0)).isEqualTo((size + align - 1) & -align);
    }
}
