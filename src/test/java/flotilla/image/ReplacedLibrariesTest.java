package flotilla.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplacedLibrariesTest {
    @ParameterizedTest
    @ValueSource(strings = {"libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "librt.so.1", "libutil.so.1",
        "libresolv.so.2", "libmvec.so.1", "libanl.so.1", "ld-linux-x86-64.so.2", "libnss_files.so.2"})
    void glibcBelongsToTheHost(String soname) {
        assertThat(ReplacedLibraries.isHost(soname)).isTrue();
        assertThat(ReplacedLibraries.face(soname)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"libstdc++.so.6", "libgcc_s.so.1", "libgfortran.so.5", "libmylib.so", "libcrypt.so.1",
        "libscalapack-mpich.so.2.2", "libmpichcxx.so.12", "libcurl.so.4", "libmpi_wrapper.so.1"})
    void othersArePrivate(String soname) {
        assertThat(ReplacedLibraries.isHost(soname)).isFalse();
        assertThat(ReplacedLibraries.face(soname)).isNull();
        assertThat(ReplacedLibraries.isOpenMpi(soname)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"libmpi_abi.so.0,STANDARD", "libmpi.so,STANDARD", "libmpich.so.12,MPICH", "libmpichfort.so.12,MPICH",
        "libmpi.so.12,MPICH", "libmpifort.so.12,MPICH", "libfmpich.so.12,MPICH", "libmpl.so.1,MPICH", "libopa.so.1,MPICH"})
    void mpiLibrariesAreAnswered(String soname, ReplacedLibraries.Face face) {
        assertThat(ReplacedLibraries.face(soname)).isEqualTo(face);
    }

    @ParameterizedTest
    @ValueSource(strings = {"libmpi.so.40", "libmpi_mpifh.so.40", "libmpi_usempif08.so.40", "libmpi_cxx.so.40",
        "libopen-rte.so.40", "libopen-pal.so.40"})
    void openMpiIsKnown(String soname) {
        assertThat(ReplacedLibraries.isOpenMpi(soname)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"MPI_Send,true", "PMPI_Send,true", "MPIX_Query,true", "PMPIX_Query,true", "mpi_send_,true",
        "MPI_SEND__,true", "pmpi_send_,true", "MPIR_F_TRUE,true", "MPII_Keyval,true", "mpifcmb5_,false", "mpipriv1_,false",
        "malloc,false", "impi_x,false", "mpirun,false", "MPI,false"})
    void mpiSymbolsAreKnownByName(String symbol, boolean mpi) {
        assertThat(ReplacedLibraries.isMpiName(symbol)).isEqualTo(mpi);
    }
}
