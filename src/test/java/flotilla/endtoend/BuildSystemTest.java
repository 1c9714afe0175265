package flotilla.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The compiler wrappers answer what build systems ask, and CMake and autoconf find MPI through them. */
final class BuildSystemTest {
    @TempDir
    private Path folder;

    private static Command tool(String name, String... arguments) {
        return new Command(Installation.BIN.resolve(name).toString()).and(arguments);
    }

    private static Command.Result good(Command command) {
        Command.Result result = command.run();
        assertThat(result.status()).as(result.toString()).isZero();
        return result;
    }

    private static String path() {
        return Installation.BIN + ":" + System.getenv("PATH");
    }

    @ParameterizedTest
    @CsvSource({"mpicc, gcc, hello.c", "mpicxx, g++, hello.cxx", "mpic++, g++, hello.cxx", "mpifort, gfortran, hello.f90",
        "mpif77, gfortran, hello.f90", "mpif90, gfortran, hello.f90"})
    void wrappersSayWhatTheyWouldDo(String wrapper, String compiler, String file) {
        Installation.need(compiler);
        for (String question : List.of("-show", "--showme", "-showme")) {
            assertThat(good(tool(wrapper, question, file, "-o", "x")).output()).startsWith(compiler + " ").contains("-I", file, "-lmpi");
        }
        String compiling = good(tool(wrapper, "-show", "-c", file)).output();
        assertThat(compiling).contains("-I", "-c").doesNotContain("-lmpi");
        assertThat(good(tool(wrapper, "-compile-info")).output()).startsWith(compiler + " ").contains("-I");
        assertThat(good(tool(wrapper, "-link-info")).output()).startsWith(compiler + " ").contains("-L", "-lmpi");
        assertThat(good(tool(wrapper, "--showme:compile")).output()).startsWith("-").contains("-I").doesNotContain(compiler + " ");
        assertThat(good(tool(wrapper, "--showme:link")).output()).contains("-L", "-lmpi").doesNotContain(compiler + " ");
        assertThat(Path.of(good(tool(wrapper, "--showme:incdirs")).output().strip().split(" ")[0]).resolve("mpi.h")).exists();
        assertThat(Path.of(good(tool(wrapper, "--showme:libdirs")).output().strip()).resolve("libmpi.so")).exists();
    }

    @Test
    void argumentsReachTheCompilerWhole() throws IOException {
        Path source = Files.writeString(folder.resolve("a file.c"),
                "#include <mpi.h>\n#include <stdio.h>\nint main(void) { MPI_Init(0, 0); puts(TEXT); MPI_Finalize(); return 0; }\n");
        Path program = folder.resolve("a program");
        good(tool("mpicc", "-DTEXT=\"two  words; $HOME * `x`\"", source.toString(), "-o", program.toString()));
        Command.Result result = good(Installation.run(1, program.toString()));
        assertThat(result.output()).isEqualTo("two  words; $HOME * `x`\n");
    }

    @Test
    void stepsOfACompilationAreLeftToTheCompiler() throws IOException {
        Path object = folder.resolve("hello.o");
        String source = Installation.EXAMPLES.resolve("hello.c").toString();
        good(tool("mpicc", "-c", source, "-o", object.toString()));
        Path program = folder.resolve("hello");
        good(tool("mpicc", object.toString(), "-o", program.toString()));
        assertThat(good(Installation.run(2, program.toString())).sortedLines()).hasSize(2);
        assertThat(good(tool("mpicc", "-E", source)).output()).contains("MPI_Comm_rank");
        assertThat(good(tool("mpicc", "-S", "-o", "-", source)).output()).contains("main:");
        assertThat(good(tool("mpicc", "-M", source)).output()).contains("mpi.h");
        assertThat(good(tool("mpicc", "--version")).output()).contains("gcc");
        assertThat(good(tool("mpicc", "-dumpversion")).output()).isNotBlank();
        Path library = folder.resolve("libhello.so");
        good(tool("mpicc", "-shared", "-fPIC", "-o", library.toString(), source));
        assertThat(tool("mpicc", folder.resolve("nothing.c").toString()).run().status()).isEqualTo(1);
    }

    @Test
    void compilerCanBeChosen() {
        assertThat(good(tool("mpicc", "-show", "x.c").with("FLOTILLA_CC", "gcc -m64")).output()).startsWith("gcc -m64 ");
        assertThat(good(tool("mpicc", "-cc=gcc", "-show", "x.c")).output()).startsWith("gcc ");
        Command.Result none = tool("mpicc", "x.c").with("FLOTILLA_CC", "no-such-compiler").run();
        assertThat(none.status()).as(none.toString()).isEqualTo(2);
        assertThat(none.errorLines()).as(none.toString()).hasSize(1);
    }

    @Test
    void commandWorksThroughSymbolicLinksFromAnywhere() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("my-flotilla"), Installation.FLOTILLA);
        assertThat(good(new Command(link.toString(), "--version").in(folder)).output()).startsWith("Flotilla");
        Path compiler = Files.createSymbolicLink(folder.resolve("mpicxx"), Installation.BIN.resolve("mpicxx"));
        Installation.need("g++");
        assertThat(good(new Command(compiler.toString(), "-show", "x.cxx").in(folder)).output()).startsWith("g++ ");
    }

    @Test
    void cmakeFindsMpi() throws IOException {
        Installation.need("cmake", "make", "g++", "gfortran");
        Files.writeString(folder.resolve("CMakeLists.txt"), """
                cmake_minimum_required(VERSION 3.13)
                project(hello C CXX Fortran)
                find_package(MPI REQUIRED COMPONENTS C CXX Fortran)
                message(STATUS "mpiexec: ${MPIEXEC_EXECUTABLE}")
                add_executable(hello_c %1$s/hello.c)
                target_link_libraries(hello_c PRIVATE MPI::MPI_C)
                add_executable(hello_cxx %1$s/hello.cxx)
                target_link_libraries(hello_cxx PRIVATE MPI::MPI_CXX)
                add_executable(hello_f %1$s/hello.f90)
                target_link_libraries(hello_f PRIVATE MPI::MPI_Fortran)
                add_library(part SHARED %1$s/ring.c)
                target_link_libraries(part PRIVATE MPI::MPI_C)
                enable_testing()
                foreach(language c cxx f)
                  add_test(NAME ${language} COMMAND ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} 3 $<TARGET_FILE:hello_${language}>)
                endforeach()
                """.formatted(Installation.EXAMPLES));
        Command.Result configured = good(new Command("cmake", "-B", "build", ".").in(folder).with("PATH", path()));
        assertThat(configured.output()).as(configured.toString()).contains("Found MPI_C: " + Installation.HOME)
                .contains("Found MPI_Fortran: " + Installation.HOME).contains("mpiexec: " + Installation.BIN);
        good(new Command("cmake", "--build", "build").in(folder).with("PATH", path()));
        Command.Result tested = good(new Command("ctest", "--output-on-failure").in(folder.resolve("build")).with("PATH", path()));
        assertThat(tested.output()).as(tested.toString()).contains("100% tests passed");
    }

    /** What ACX_MPI and AX_MPI do: look for compilers by name, then for functions, a library and headers with them. */
    @Test
    void autoconfFindsMpi() throws IOException {
        Installation.need("autoconf", "gfortran", "g++");
        Files.writeString(folder.resolve("configure.ac"), """
                AC_INIT([hello], [1])
                AC_CHECK_PROGS([MPICC], [mpicc hcc mpxlc_r], [none])
                AC_CHECK_PROGS([MPICXX], [mpic++ mpicxx mpiCC], [none])
                AC_CHECK_PROGS([MPIFC], [mpif90 mpifort mpxlf90], [none])
                CC=$MPICC CXX=$MPICXX FC=$MPIFC
                AC_PROG_CC
                AC_PROG_CXX
                AC_PROG_FC
                AC_CHECK_FUNC([MPI_Init], [], [AC_MSG_ERROR([no MPI_Init in C])])
                AC_CHECK_LIB([mpi], [MPI_Comm_rank], [], [AC_MSG_ERROR([no libmpi])])
                AC_CHECK_HEADER([mpi.h], [], [AC_MSG_ERROR([no mpi.h])])
                AC_COMPILE_IFELSE([AC_LANG_PROGRAM([[#include <mpi.h>]], [[MPI_Comm c = MPI_COMM_WORLD; (void)c;]])],
                  [], [AC_MSG_ERROR([mpi.h does not compile])])
                AC_LANG_PUSH([C++])
                AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <mpi.h>]], [[MPI_Init(0, 0);]])], [], [AC_MSG_ERROR([no MPI in C++])])
                AC_LANG_POP([C++])
                AC_LANG_PUSH([Fortran])
                AC_LINK_IFELSE([AC_LANG_PROGRAM([], [[      call MPI_Init(ierr)]])], [], [AC_MSG_ERROR([no MPI in Fortran])])
                AC_LINK_IFELSE([AC_LANG_PROGRAM([], [[      use mpi
                      call MPI_Finalize(ierr)]])], [], [AC_MSG_ERROR([no module mpi])])
                AC_LANG_POP([Fortran])
                AC_RUN_IFELSE([AC_LANG_PROGRAM([[#include <mpi.h>]], [[MPI_Init(0, 0); MPI_Finalize();]])], [],
                  [AC_MSG_ERROR([a program does not run])])
                AC_MSG_NOTICE([all found with $CC, $CXX, $FC])
                AC_OUTPUT
                """);
        good(new Command("autoconf").in(folder));
        Command.Result result = good(new Command("./configure").in(folder).with("PATH", path()));
        assertThat(result.output()).as(result.toString()).contains("all found with mpicc, mpic++, mpif90");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mpiexec", "mpirun"})
    void launchersSayWhoTheyAre(String launcher) {
        assertThat(good(tool(launcher, "--version")).output()).contains("Flotilla");
        assertThat(good(tool(launcher, "-help")).output()).contains("-genv", "-np");
    }
}
