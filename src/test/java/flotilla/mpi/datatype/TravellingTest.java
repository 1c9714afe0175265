package flotilla.mpi.datatype;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.Arena;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Datatypes that go with their rank to another process are there what they were. */
class TravellingTest {
    private static Datatype arrived(Datatype type) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(type);
        } catch (IOException stays) {
            throw new AssertionError(stays);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (Datatype) in.readObject();
        } catch (IOException | ClassNotFoundException lost) {
            throw new AssertionError(lost);
        }
    }

    private static void assertSame(Datatype there, Datatype here) {
        assertThat(there.combiner()).isEqualTo(here.combiner());
        assertThat(there.size()).isEqualTo(here.size());
        assertThat(there.lb()).isEqualTo(here.lb());
        assertThat(there.ub()).isEqualTo(here.ub());
        assertThat(there.trueLb()).isEqualTo(here.trueLb());
        assertThat(there.trueUb()).isEqualTo(here.trueUb());
        assertThat(there.elementType()).isEqualTo(here.elementType());
        assertThat(there.isCommitted()).isEqualTo(here.isCommitted());
        assertThat(there.contents().integers()).isEqualTo(here.contents().integers());
    }

    @Provide
    Arbitrary<Sample> samples() {
        return Sample.any();
    }

    @Property(tries = 500)
    void theyPackTheSameBytes(@ForAll("samples") Sample sample, @ForAll long seed) {
        Datatype there = arrived(sample.type());
        assertSame(there, sample.type());
        try (Arena arena = Arena.ofConfined()) {
            long[] bytes = sample.map().bytes(2);
            Buffer from = new Buffer(arena, bytes).random(seed);
            Buffer here = Buffer.ofBytes(arena, bytes.length).filled(0x5a);
            Buffer to = Buffer.ofBytes(arena, bytes.length).filled(0x5a);
            Pack.pack(from.address, 2, sample.type(), here.address);
            assertThat(Pack.pack(from.address, 2, there, to.address)).isEqualTo(bytes.length);
            assertThat(to.content()).isEqualTo(here.content());
        }
    }

    @Test
    void distributedArrays() {
        Datatype type = ArrayDatatypes.darray(4, 3, new long[] {10, 9}, new int[] {ArrayDatatypes.DISTRIBUTE_CYCLIC, ArrayDatatypes.DISTRIBUTE_BLOCK},
                new int[] {2, ArrayDatatypes.DISTRIBUTE_DFLT_DARG}, new int[] {2, 2}, ArrayDatatypes.ORDER_C, PredefinedDatatypes.get(BasicType.INT));
        assertSame(arrived(type), type);
    }

    /** All processes have them. */
    @Test
    void predefinedOnesAreTheProcesses() {
        Datatype real = FortranDatatypes.real(15, FortranDatatypes.UNDEFINED);
        for (Datatype type : List.of(PredefinedDatatypes.get(BasicType.INT), PredefinedDatatypes.get(BasicType.DOUBLE_INT), real,
                FortranDatatypes.complex(6, 37), FortranDatatypes.integer(9))) {
            assertThat(arrived(type)).isSameAs(type);
        }
        Datatype vector = DerivedDatatypes.vector(2, 1, 3, real);
        assertThat(arrived(vector).contents().types()[0]).isSameAs(real);
    }
}
