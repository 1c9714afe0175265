package flotilla.image;

import java.util.Set;
import java.util.regex.Pattern;

/** The libraries that are not loaded although a program names them, by DT_SONAME. */
final class ReplacedLibraries {
    /** The libraries of glibc: one copy serves the process. */
    private static final Pattern GLIBC = Pattern.compile(
            "(libc|libm|libdl|libpthread|librt|libutil|libresolv|libmvec|libanl|libnsl|libBrokenLocale|libthread_db"
            + "|libc_malloc_debug|libnss_\\w+|ld-linux-x86-64)\\.so(\\.\\d+)?");
    /** The glibc libraries in whose place the guest library's libc functions are found. */
    private static final Pattern LIBC_PROPER = Pattern.compile("(libc|libm|libpthread|libdl|librt|ld-linux-x86-64)\\.so.*");
    private static final Pattern LIBM = Pattern.compile("lib(m|mvec)\\.so.*");

    /** The bit by which small letters of ASCII differ from capital ones. */
    private static final int LOWER_CASE = 0x20;

    private static final Set<String> STANDARD_FACE = Set.of("libmpi_abi.so.0", "libmpi_abi.so", "libmpi.so");
    private static final Pattern MPICH_FACE = Pattern.compile(
            "(libmpich|libmpichfort|libmpi|libmpifort|libfmpich)\\.so\\.12|(libmpl|libopa)\\.so(\\.\\d+)*");
    private static final Pattern CXX_BINDING = Pattern.compile("lib(mpichcxx|mpicxx)\\.so\\.12");
    private static final Pattern OPEN_MPI = Pattern.compile(
            "lib(mpi|mpi_cxx|mpi_mpifh|mpi_usempif08|mpi_usempi_ignore_tkr|mpi_java|ompitrace|open-rte|open-pal|oshmem)"
            + "(-\\w+)?\\.so\\.(20|40|41|80)");

    /** The binary interfaces of MPI libraries that the guest library comes in. */
    enum Face {
        STANDARD("standard"),
        MPICH("mpich");

        final String word;

        Face(String word) {
            this.word = word;
        }

        String fileName() {
            return "libflotilla-guest-" + word + ".so";
        }
    }

    static boolean isHost(String soname) {
        return GLIBC.matcher(soname).matches();
    }

    static boolean isLibcProper(String soname) {
        return LIBC_PROPER.matcher(soname).matches();
    }

    static boolean isMath(String soname) {
        return LIBM.matcher(soname).matches();
    }

    /** The face that answers in place of the library, or null for another library. */
    static Face face(String soname) {
        return STANDARD_FACE.contains(soname) ? Face.STANDARD
                : MPICH_FACE.matcher(soname).matches() ? Face.MPICH : null;
    }

    /** MPICH's C++ binding: inline classes over C functions, loaded privately where it exists. */
    static boolean isCxxBinding(String soname) {
        return CXX_BINDING.matcher(soname).matches();
    }

    static boolean isOpenMpi(String soname) {
        return OPEN_MPI.matcher(soname).matches();
    }

    /** Whether a symbol belongs to an MPI library, judged by its name: C and Fortran names, in any case. */
    static boolean isMpiName(String symbol) {
        // Asked several times for every symbol that is linked: no regular expression.
        int start = symbol.isEmpty() || (symbol.charAt(0) | LOWER_CASE) != 'p' ? 0 : 1;
        if (!symbol.regionMatches(true, start, "mpi", 0, 3) || symbol.length() < start + 4) {
            return false;
        }
        int next = symbol.charAt(start + 3) | LOWER_CASE;
        boolean letter = next == 'x' || start == 0 && (next == 'i' || next == 'r');
        int underscore = letter ? start + 4 : start + 3;
        return underscore < symbol.length() && symbol.charAt(underscore) == '_';
    }

    private ReplacedLibraries() {}
}
