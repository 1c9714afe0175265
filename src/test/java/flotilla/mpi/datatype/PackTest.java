package flotilla.mpi.datatype;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Sizes that random nested types do not reach: every block length's inner loop, long rows, more than the scratch buffer. */
class PackTest {
    private static final Sample BYTE = Sample.basic(BasicType.BYTE);

    private static void requireMoved(Sample sample, int count) {
        assertThat(sample).as("Sample.MAX_ENTRIES").isNotSameAs(BYTE);
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(count);
            Buffer from = new Buffer(arena, bytes).random(bytes.length);
            byte[] expected = from.bytes(bytes);
            Buffer packed = Buffer.ofBytes(arena, bytes.length).filled(0x5a);
            Pack.pack(from.address, count, sample.type(), packed.address);
            assertThat(packed.bytes(bytes.length)).as(sample.made()).isEqualTo(expected);

            Buffer into = new Buffer(arena, bytes).filled(0x5a);
            Buffer wanted = new Buffer(arena, bytes).filled(0x5a);
            wanted.put(bytes, expected, bytes.length);
            Pack.unpack(packed.address, bytes.length, into.address, count, sample.type());
            assertThat(into.content()).as(sample.made()).isEqualTo(wanted.content());

            into.filled(0x5a);
            int cut = bytes.length / 3 + 1;
            Pack.unpackRange(packed.address, 0, cut, into.address, count, sample.type());
            Pack.unpackRange(packed.address + cut, cut, bytes.length, into.address, count, sample.type());
            assertThat(into.content()).as(sample.made()).isEqualTo(wanted.content());

            into.filled(0x5a);
            Pack.copy(from.address, count, sample.type(), into.address, count, sample.type(), Long.MAX_VALUE);
            assertThat(into.content()).as(sample.made()).isEqualTo(wanted.content());
        }
    }

    @Test
    void everyBlockLengthInShortAndLongRows() {
        for (int length = 1; length <= 80; length++) {
            for (int blocks : new int[] {2, 31, 32, 33, 70}) {
                requireMoved(Sample.hvector(blocks, length, length + 5, BYTE), 1);
                requireMoved(Sample.hvector(blocks, length, 4 * length, BYTE), 3);
                requireMoved(Sample.hvector(blocks, length, -length - 3, BYTE), 2);
            }
        }
    }

    @Test
    void smallMultiplesAsSteps() {
        for (int length : new int[] {1, 2, 4, 8, 24, 40}) {
            for (int multiple : new int[] {2, 3, 4, 5, 8}) {
                for (int blocks : new int[] {2, 3, 5, 17, length > 8 ? 500 : 1500}) {
                    requireMoved(Sample.hvector(blocks, length, multiple * length, BYTE), 1);
                }
            }
        }
    }

    @Test
    void structuresOfFewRuns() {
        int[] lengths = {4, 8, 16, 24, 3, 40};
        for (int first : lengths) {
            for (int second : lengths) {
                for (int third : new int[] {0, 1, 8}) {
                    Sample item = Sample.hindexed(new long[] {first, second, third},
                            new long[] {0, first + 5, first + second + 9}, BYTE);
                    requireMoved(item, 3);
                    requireMoved(item, 1500);
                }
            }
        }
    }

    @Test
    void rowsInsideRows() {
        for (int length : new int[] {1, 2, 3, 4, 8, 16, 24, 40, 100}) {
            Sample row = Sample.hvector(40, length, length + 4, BYTE);
            requireMoved(Sample.hvector(5, 1, 41 * (length + 4) + 9, row), 2);
        }
    }

    @Test
    void moreThanTheScratchBufferBetweenDifferentLayouts() {
        try (Arena arena = Arena.ofConfined()) {
            int items = 30_000;
            Datatype doubles = PredefinedDatatypes.get(BasicType.DOUBLE);
            Datatype source = DerivedDatatypes.vector(items, 1, 2, doubles);
            Datatype target = DerivedDatatypes.vector(items / 3, 3, 4, doubles);
            var fromPlaces = new long[8 * items];
            var toPlaces = new long[8 * items];
            Arrays.setAll(fromPlaces, i -> 16L * (i / 8) + i % 8);
            Arrays.setAll(toPlaces, i -> 32L * (i / 24) + i % 24);
            Buffer from = new Buffer(arena, fromPlaces).random(5);
            Buffer to = new Buffer(arena, toPlaces).filled(0x5a);
            Buffer expected = new Buffer(arena, toPlaces).filled(0x5a);
            int limit = 8 * items - 3;
            expected.put(toPlaces, from.bytes(fromPlaces), limit);
            assertThat(Pack.copy(from.address, 1, source, to.address, 1, target, limit)).isEqualTo(limit);
            assertThat(to.content()).isEqualTo(expected.content());
        }
    }

    @Test
    void aRangeBehindTheEndIsEmpty() {
        try (Arena arena = Arena.ofConfined()) {
            long address = arena.allocate(64).address();
            Datatype type = DerivedDatatypes.vector(2, 1, 2, PredefinedDatatypes.get(BasicType.INT));
            assertThat(Pack.packRange(address, 1, type, 8, 100, address)).isZero();
            assertThat(Pack.packRange(address, 1, type, 100, 1, address)).isZero();
            assertThat(Pack.unpackRange(address, 4, 0, address, 1, type)).isZero();
            assertThat(Pack.pack(address, 0, type, address)).isZero();
            assertThat(Pack.copy(address, 1, type, address + 32, 0, type, 100)).isZero();
        }
    }
}
