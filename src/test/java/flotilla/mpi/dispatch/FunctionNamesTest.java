package flotilla.mpi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FunctionNamesTest {
    @Test
    void namesHaveTheirIndices() {
        for (int i = 0; i < FunctionNames.COUNT; i++) {
            assertThat(FunctionNames.index(FunctionNames.name(i))).isEqualTo(i);
        }
    }

    @Test
    void profilingAndFortranNamesAreKnown() {
        int send = FunctionNames.index("MPI_Send");
        assertThat(send).isNotNegative();
        assertThat(FunctionNames.index("PMPI_Send")).isEqualTo(send);
        assertThat(FunctionNames.index("mpi_send_")).isEqualTo(send);
        assertThat(FunctionNames.index("mpi_send__")).isEqualTo(send);
        assertThat(FunctionNames.index("pmpi_send_")).isEqualTo(send);
        assertThat(FunctionNames.index("mpi_comm_rank_")).isEqualTo(FunctionNames.index("MPI_Comm_rank"));
        assertThat(FunctionNames.index("malloc")).isEqualTo(-1);
        assertThat(FunctionNames.index("mpi_")).isEqualTo(-1);
    }

    @Test
    void parametersHaveTheirNames() {
        assertThat(FunctionNames.parameters(FunctionNames.index("MPI_Send"))).containsExactly("buf", "count", "datatype", "dest", "tag", "comm");
        assertThat(FunctionNames.parameters(FunctionNames.index("MPI_Finalize"))).isEmpty();
    }

    @Test
    void whatIsMissingSaysSo() {
        assertThat(FunctionNames.isImplemented(FunctionNames.index("MPI_Wtime"))).isTrue();
        assertThat(FunctionNames.isImplemented(FunctionNames.index("MPI_Win_create"))).isFalse();
    }
}
