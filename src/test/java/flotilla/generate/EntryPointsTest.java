package flotilla.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The names that programs find in our libraries. */
class EntryPointsTest {
    /** Not of MPI-3.1: MPI-4's large counts, MPICH's extensions and inner life, and the Fortran 2008 bindings. */
    private static final Pattern OTHERS = Pattern.compile(
            "(?i).*_c_*|Q?P?MPIX_.*|QMPI_.*|.*f08.*|.*_large.*|MPI_F_.*_(NULL|IGNORE)|MPII_(Version|(Comm|Type|Win)_[gs]et_attr|Grequest).*"
            + "|MPIR_(C|F)_MPI_.*|MPIR_Err_.*|MPIR_(?!Dup_fn|F_).*|MPI[^RI_].*");
    private static final Pattern MPI = Pattern.compile("(?i)P?MPI(R|I)?_.*|mpi(priv|fcmb|rinit).*");

    @Test
    void theMpichFaceHasTheNamesOfMpichsLibraries() throws Exception {
        Set<String> ours = Tools.symbols(Tools.GUEST.resolve("libflotilla-guest-mpich.so"));
        for (String library : new String[] {"libmpich.so.12", "libmpichfort.so.12"}) {
            Path file = Path.of("/usr/lib/x86_64-linux-gnu", library);
            Assumptions.assumeTrue(Files.exists(file), library + " is not installed (apt install libmpich12)");
            var missing = new TreeSet<String>();
            for (String name : Tools.symbols(file)) {
                if (MPI.matcher(name).matches() && !OTHERS.matcher(name).matches() && !ours.contains(name)) {
                    missing.add(name);
                }
            }
            assertThat(missing).as(library).isEmpty();
        }
    }

    @Test
    void theLinkLibraryHasTheNamesOfTheStandardFace() throws Exception {
        var link = mpiNames(Tools.GUEST.resolve("libmpi_abi.so.0"));
        var guest = mpiNames(Tools.GUEST.resolve("libflotilla-guest-standard.so"));
        assertThat(link).containsAll(guest);
        guest.add("flotilla_link_loaded_with_program");
        link.removeIf(name -> name.startsWith("flotilla_sizeof_"));
        assertThat(guest).containsAll(link);
    }

    private static Set<String> mpiNames(Path library) throws Exception {
        var names = new TreeSet<>(Tools.symbols(library));
        names.removeIf(name -> !name.matches("(?i)P?MPI_.*|flotilla_(sentinels|sizeof|link).*"));
        return names;
    }

    @Test
    void everyNameHasItsProfilingTwin() throws Exception {
        for (String face : new String[] {"standard", "mpich"}) {
            Set<String> names = Tools.symbols(Tools.GUEST.resolve("libflotilla-guest-" + face + ".so"));
            for (String name : names) {
                if (name.matches("MPI_[A-Z][a-z].*|MPI_T_[a-z].*")) {
                    assertThat(names).contains("P" + name);
                }
            }
        }
    }
}
