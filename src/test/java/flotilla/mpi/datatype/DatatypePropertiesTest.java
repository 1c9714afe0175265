package flotilla.mpi.datatype;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Random nested datatypes against their written-out typemaps. */
class DatatypePropertiesTest {
    @Provide
    Arbitrary<Sample> samples() {
        return Sample.any();
    }

    @Property(tries = 1500)
    void sizesAndBoundsFollowTheTypemap(@ForAll("samples") Sample sample) {
        Datatype type = sample.type();
        Typemap map = sample.map();
        assertThat(type.size()).isEqualTo(map.size());
        assertThat(type.lb()).isEqualTo(map.lb);
        assertThat(type.ub()).isEqualTo(map.ub);
        assertThat(type.extent()).isEqualTo(map.extent());
        assertThat(type.trueLb()).isEqualTo(map.trueLb());
        assertThat(type.trueUb()).isEqualTo(map.trueUb());
        assertThat(type.elementCount()).isEqualTo(map.entries.size());
    }

    @Property(tries = 1500)
    void contiguousMeansOneAscendingRun(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 0, max = 4) int count) {
        long[] bytes = sample.map().bytes(count);
        boolean run = true;
        for (int i = 0; i < bytes.length; i++) {
            run &= bytes[i] == sample.type().trueLb() + i;
        }
        if (sample.type().isContiguous(count)) {
            assertThat(run).isTrue();
        } else if (count == 1) {
            assertThat(run).isFalse();
        }
        if (sample.type().isContiguous()) {
            assertThat(sample.type().isContiguous(count)).isTrue();
        }
    }

    @Property(tries = 1500)
    void packWritesTheTypemapsBytes(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 0, max = 5) int count,
            @ForAll long seed) {
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(count);
            Buffer from = new Buffer(arena, bytes).random(seed);
            Buffer to = Buffer.ofBytes(arena, bytes.length).filled(0x5a);
            assertThat(Pack.pack(from.address, count, sample.type(), to.address)).isEqualTo(bytes.length);
            Buffer expected = Buffer.ofBytes(arena, bytes.length).filled(0x5a);
            expected.put(stream(bytes.length), from.bytes(bytes), bytes.length);
            assertThat(to.content()).isEqualTo(expected.content());
        }
    }

    @Property(tries = 1500)
    void unpackWritesTheTypemapsBytesAndNoOthers(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 0, max = 5) int count,
            @ForAll long seed) {
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(count);
            Assume.that(!Typemap.overlaps(bytes));
            var random = new Random(seed);
            int present = random.nextInt(bytes.length + 1);
            Buffer from = Buffer.ofBytes(arena, bytes.length).random(seed);
            Buffer to = new Buffer(arena, bytes).filled(0x5a);
            assertThat(Pack.unpack(from.address, present, to.address, count, sample.type())).isEqualTo(present);
            Buffer expected = new Buffer(arena, bytes).filled(0x5a);
            expected.put(bytes, from.bytes(bytes.length), present);
            assertThat(to.content()).isEqualTo(expected.content());
        }
    }

    @Property(tries = 1500)
    void rangesOfTheStreamMakeUpTheWhole(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 1, max = 5) int count,
            @ForAll long seed) {
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(count);
            Assume.that(!Typemap.overlaps(bytes));
            int[] cuts = cuts(bytes.length, seed);
            Buffer from = new Buffer(arena, bytes).random(seed);
            Buffer packed = Buffer.ofBytes(arena, bytes.length).filled(0x5a);
            Buffer back = new Buffer(arena, bytes).filled(0x77);
            for (int i = 0; i + 1 < cuts.length; i++) {
                int length = cuts[i + 1] - cuts[i];
                // The last piece asks for more than there is.
                int asked = i + 2 == cuts.length ? length + 1000 : length;
                assertThat(Pack.packRange(from.address, count, sample.type(), cuts[i], asked, packed.address + cuts[i]))
                        .isEqualTo(length);
                assertThat(Pack.unpackRange(packed.address + cuts[i], cuts[i], asked, back.address, count, sample.type()))
                        .isEqualTo(length);
            }
            assertThat(packed.bytes(bytes.length)).isEqualTo(from.bytes(bytes));
            Buffer expected = new Buffer(arena, bytes).filled(0x77);
            expected.put(bytes, from.bytes(bytes), bytes.length);
            assertThat(back.content()).isEqualTo(expected.content());
        }
    }

    private static int[] cuts(int length, long seed) {
        var random = new Random(seed);
        int[] cuts = new int[2 + random.nextInt(6)];
        for (int i = 1; i < cuts.length; i++) {
            cuts[i] = random.nextInt(length + 1);
        }
        cuts[cuts.length - 1] = length;
        Arrays.sort(cuts);
        return cuts;
    }

    @Property(tries = 1500)
    void copyIsPackAndUnpack(@ForAll("samples") Sample source, @ForAll("samples") Sample target, @ForAll boolean same,
            @ForAll @IntRange(min = 0, max = 5) int sourceCount, @ForAll @IntRange(min = 0, max = 5) int targetCount,
            @ForAll long seed) {
        Sample into = same ? Sample.dup(source) : target;
        try (Arena arena = Arena.ofConfined()) {
            long[] fromBytes = source.map().bytes(sourceCount);
            long[] toBytes = into.map().bytes(targetCount);
            Assume.that(!Typemap.overlaps(toBytes));
            int limit = new Random(seed).nextInt(fromBytes.length + 10);
            int moved = Math.min(limit, Math.min(fromBytes.length, toBytes.length));
            Buffer from = new Buffer(arena, fromBytes).random(seed);
            Buffer to = new Buffer(arena, toBytes).filled(0x5a);
            assertThat(Pack.copy(from.address, sourceCount, source.type(), to.address, targetCount, into.type(), limit))
                    .isEqualTo(moved);
            Buffer expected = new Buffer(arena, toBytes).filled(0x5a);
            expected.put(toBytes, from.bytes(fromBytes), moved);
            assertThat(to.content()).isEqualTo(expected.content());
        }
    }

    @Property(tries = 1000)
    void elementsAreCountedAsTheTypemapHasThem(@ForAll("samples") Sample sample, @ForAll @IntRange(min = 1, max = 3) int count) {
        Datatype type = sample.type();
        var entries = sample.map().repeated(count);
        long position = 0;
        for (int i = 0; i < entries.size(); i++) {
            BasicType entry = entries.get(i).type();
            assertThat(type.elements(position)).isEqualTo(i);
            assertThat(type.bytesOfElements(i)).isEqualTo(position);
            assertThat(type.basicTypeAt(position)).isEqualTo(entry);
            assertThat(type.basicTypeAt(position + entry.size() - 1)).isEqualTo(entry);
            for (int inside = 1; inside < entry.size(); inside++) {
                assertThat(type.elements(position + inside)).isEqualTo(-1);
            }
            position += entry.size();
        }
        assertThat(type.elements(position)).isEqualTo(entries.size());
        assertThat(type.bytesOfElements(entries.size())).isEqualTo(position);
        assertThat(type.items(position)).isEqualTo(type.size() == 0 ? 0 : count);
    }

    @Property(tries = 1000)
    void contentsSayHowToMakeItAgain(@ForAll("samples") Sample sample, @ForAll long seed) {
        Datatype again = Remaking.remake(sample.type());
        assertThat(List.of(again.size(), again.lb(), again.ub(), again.trueLb(), again.trueUb())).isEqualTo(List.of(
                sample.type().size(), sample.type().lb(), sample.type().ub(), sample.type().trueLb(), sample.type().trueUb()));
        assertThat(Signature.matches(1, sample.type(), 1, again)).isTrue();
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(2);
            Buffer from = new Buffer(arena, bytes).random(seed);
            Buffer to = Buffer.ofBytes(arena, bytes.length);
            Pack.pack(from.address, 2, again, to.address);
            assertThat(to.bytes(bytes.length)).isEqualTo(from.bytes(bytes));
        }
    }

    private static long[] stream(int length) {
        var positions = new long[length];
        Arrays.setAll(positions, i -> i);
        return positions;
    }
}
