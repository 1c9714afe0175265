package flotilla.endtoend;

import java.util.List;

/** Compilers for MPI programs. */
enum Toolchain {
    FLOTILLA(Installation.BIN + "/mpicc", Installation.BIN + "/mpicxx", Installation.BIN + "/mpifort"),
    MPICH("mpicc.mpich", "mpicxx.mpich", "mpifort.mpich");

    private final String c;
    private final String cxx;
    private final String fortran;

    Toolchain(String c, String cxx, String fortran) {
        this.c = c;
        this.cxx = cxx;
        this.fortran = fortran;
    }

    String compilerFor(String file) {
        return switch (extension(file)) {
            case "c" -> c;
            case "cxx" -> cxx;
            default -> fortran;
        };
    }

    /** What the machine must have for this toolchain to compile {@code file}. */
    List<String> toolsFor(String file) {
        var plain = List.of(switch (extension(file)) {
            case "c" -> "gcc";
            case "cxx" -> "g++";
            default -> "gfortran";
        });
        return this == FLOTILLA ? plain : List.of(plain.getFirst(), compilerFor(file), "mpirun.mpich");
    }

    static String extension(String file) {
        return file.substring(file.lastIndexOf('.') + 1);
    }
}
