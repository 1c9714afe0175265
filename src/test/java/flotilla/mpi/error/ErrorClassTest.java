package flotilla.mpi.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ErrorClassTest {
    @Test
    void namesStandAtTheirNumbers() throws ReflectiveOperationException {
        for (int i = 1; i <= ErrorClass.LAST; i++) {
            String name = ErrorClass.name(i);
            assertThat(ErrorClass.class.getField(name.substring("MPI_ERR_".length())).getInt(null)).isEqualTo(i);
            assertThat(ErrorClass.text(i)).startsWith(name + ": ").hasSizeGreaterThan(name.length() + 5);
        }
    }

    @Test
    void otherCodesHaveNoName() {
        assertThat(ErrorClass.name(0)).isEqualTo("MPI_SUCCESS");
        assertThat(ErrorClass.name(ErrorClass.LAST + 1)).isEqualTo("error code 63");
        assertThat(ErrorClass.isPredefined(-1)).isFalse();
    }
}
