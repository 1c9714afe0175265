package flotilla.mpi.datatype;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.mpi.datatype.PredefinedDatatypes.TypeClass;
import java.util.EnumSet;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class PredefinedDatatypesTest {
    @Test
    void handlesAndNamesAreUnique() {
        var numbers = new HashSet<Integer>();
        var names = new HashSet<String>();
        for (var entry : PredefinedDatatypes.all()) {
            assertThat(numbers.add(entry.number())).isTrue();
            assertThat(names.add(entry.name())).isTrue();
            Datatype type = PredefinedDatatypes.get(entry.number());
            assertThat(type.name()).isEqualTo(entry.name());
            assertThat(type.number()).isEqualTo(entry.number());
            assertThat(type.basicType()).isEqualTo(entry.type());
            assertThat(type.isPredefined()).isTrue();
            assertThat(type.combiner()).isEqualTo(Combiner.NAMED);
            assertThat(PredefinedDatatypes.byName(entry.name())).isSameAs(type);
        }
        assertThat(PredefinedDatatypes.get(PredefinedDatatypes.DATATYPE_NULL)).isNull();
        assertThat(PredefinedDatatypes.get(-1)).isNull();
        assertThat(PredefinedDatatypes.byName("MPI_LONG_LONG")).isSameAs(PredefinedDatatypes.get(0x20b));
    }

    @Test
    void everyBasicTypeHasAHandleOrComesFromF90() {
        for (BasicType type : EnumSet.complementOf(EnumSet.of(BasicType.REAL10, BasicType.COMPLEX20))) {
            assertThat(PredefinedDatatypes.get(type)).as(type.name()).isNotNull();
        }
    }

    /** The ABI writes the size of fixed-size types into bits 3 to 5 of their handles. */
    @Test
    void fixedSizeHandlesTellTheSize() {
        for (var entry : PredefinedDatatypes.all()) {
            if (entry.number() >= 0x240 && entry.number() < PredefinedDatatypes.LB) {
                assertThat(entry.type().size()).as(entry.name()).isEqualTo(1 << (entry.number() >> 3 & 7));
            }
        }
    }

    @Test
    void pairsAreLaidOutAsCStructures() {
        assertThat(BasicType.DOUBLE_INT.size()).isEqualTo(12);
        assertThat(BasicType.DOUBLE_INT.extent()).isEqualTo(16);
        assertThat(BasicType.SHORT_INT.size()).isEqualTo(6);
        assertThat(BasicType.SHORT_INT.secondOffset()).isEqualTo(4);
        assertThat(BasicType.LONG_DOUBLE_INT.size()).isEqualTo(20);
        assertThat(BasicType.LONG_DOUBLE_INT.extent()).isEqualTo(32);
        assertThat(PredefinedDatatypes.get(BasicType.SHORT_INT).trueExtent()).isEqualTo(8);
        assertThat(PredefinedDatatypes.get(BasicType.DOUBLE_INT).elements(24)).isEqualTo(4);
    }

    @Test
    void sizesMatchFortranTypes() {
        assertThat(PredefinedDatatypes.matchSize(TypeClass.REAL, 4).name()).isEqualTo("MPI_REAL4");
        assertThat(PredefinedDatatypes.matchSize(TypeClass.COMPLEX, 16).name()).isEqualTo("MPI_COMPLEX16");
        assertThat(PredefinedDatatypes.matchSize(TypeClass.INTEGER, 8).name()).isEqualTo("MPI_INTEGER8");
        ConstructorsTest.requireRefused("size", () -> PredefinedDatatypes.matchSize(TypeClass.REAL, 3));
    }

    @Test
    void fortranKindsAreFoundByPrecisionAndRange() {
        int undefined = FortranDatatypes.UNDEFINED;
        assertThat(FortranDatatypes.real(6, 37).basicType()).isEqualTo(BasicType.REAL4);
        assertThat(FortranDatatypes.real(7, undefined).basicType()).isEqualTo(BasicType.REAL8);
        assertThat(FortranDatatypes.real(undefined, 38).basicType()).isEqualTo(BasicType.REAL8);
        assertThat(FortranDatatypes.real(16, 10).basicType()).isEqualTo(BasicType.REAL10);
        assertThat(FortranDatatypes.complex(33, 4931).basicType()).isEqualTo(BasicType.COMPLEX32);
        assertThat(FortranDatatypes.integer(9).basicType()).isEqualTo(BasicType.INTEGER4);
        assertThat(FortranDatatypes.integer(10).basicType()).isEqualTo(BasicType.INTEGER8);
        Datatype real = FortranDatatypes.real(6, 37);
        assertThat(FortranDatatypes.real(6, 37)).isSameAs(real);
        assertThat(FortranDatatypes.real(5, 37)).isNotSameAs(real);
        assertThat(real.combiner()).isEqualTo(Combiner.F90_REAL);
        assertThat(real.contents().integers()).containsExactly(6, 37);
        assertThat(real.isPredefined()).isTrue();
        assertThat(Remaking.remake(real)).isSameAs(real);
        ConstructorsTest.requireRefused("p", () -> FortranDatatypes.real(undefined, undefined));
        ConstructorsTest.requireRefused("p", () -> FortranDatatypes.real(34, undefined));
        ConstructorsTest.requireRefused("r", () -> FortranDatatypes.complex(undefined, 5000));
        ConstructorsTest.requireRefused("r", () -> FortranDatatypes.integer(39));
    }
}
