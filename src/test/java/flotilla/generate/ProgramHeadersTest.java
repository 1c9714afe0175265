package flotilla.generate;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The headers compile, alone and in programs, in all the languages that they are for. */
class ProgramHeadersTest {
    private static final String C = """
            #include <mpi.h>
            int main(int argc, char **argv) {
                int values[2] = {1, 2}, rank;
                MPI_Status status;
                MPI_Init(&argc, &argv);
                MPI_Comm_rank(MPI_COMM_WORLD, &rank);
                MPI_Allreduce(MPI_IN_PLACE, values, 1, MPI_2INT, MPI_MAXLOC, MPI_COMM_WORLD);
                PMPI_Recv(values, 2, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
                return MPI_Finalize() == MPI_SUCCESS && status.MPI_SOURCE >= 0;
            }
            """;

    private static final String FIXED = """
                  program t
                  implicit none
                  include 'mpif.h'
                  integer ierr, x(4), requests(2)
                  call mpi_init(ierr)
                  call mpi_recv(mpi_bottom, 1, mpi_integer, 0, 0,
                 &   mpi_comm_world, mpi_status_ignore, ierr)
                  call mpi_allreduce(mpi_in_place, x, 4, mpi_integer, mpi_sum,
                 &   mpi_comm_world, ierr)
                  call mpi_waitall(2, requests, mpi_statuses_ignore, ierr)
                  if (mpi_wtime() .gt. 0d0) print *, mpi_2integer
                  call mpi_finalize(ierr)
                  end
            """;

    private static final String FREE = """
            program t
              implicit none
              include 'mpif.h'
              integer :: ierr
              call mpi_init(ierr)
              print *, MPI_MAX_PROCESSOR_NAME, MPI_ADDRESS_KIND
              call mpi_finalize(ierr)
            end program
            """;

    /** Choice arguments of any type and rank, statuses in all their forms, callbacks. */
    private static final String MODULE = """
            module operations
            contains
              subroutine add(a, b, n, datatype)
                integer :: n, datatype
                real(8) :: a(n), b(n)
                b = a + b
              end subroutine
            end module
            program t
              use mpi
              use operations
              implicit none
              integer :: ierr, op, one(MPI_STATUS_SIZE), many(MPI_STATUS_SIZE, 4), requests(4), bytes, keyval, comm
              integer :: ranges(3, 1), group, subgroup
              real(8) :: x(10), y(3, 3)
              integer(MPI_ADDRESS_KIND) :: address, extent
              character(len=MPI_MAX_PROCESSOR_NAME) :: name
              logical :: flag, periods(2)
              call MPI_Init(ierr)
              call MPI_Op_create(add, .true., op, ierr)
              call MPI_Allreduce(MPI_IN_PLACE, x, 10, MPI_DOUBLE_PRECISION, op, MPI_COMM_WORLD, ierr)
              call MPI_Send(y(1, 2), 3, MPI_REAL8, 0, 1, MPI_COMM_WORLD, ierr)
              call MPI_Send("hello", 5, MPI_CHARACTER, 0, 1, MPI_COMM_WORLD, ierr)
              call MPI_Recv(x, 3, MPI_REAL8, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE, ierr)
              call MPI_Recv(x(2), 3, MPI_REAL8, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, many(:, 1), ierr)
              call MPI_Wait(requests(1), one, ierr)
              call MPI_Waitall(4, requests, MPI_STATUSES_IGNORE, ierr)
              call MPI_Waitall(4, requests, many, ierr)
              call MPI_Get_processor_name(name, bytes, ierr)
              call MPI_Sizeof(x, bytes, ierr)
              call MPI_Sizeof(1, bytes, ierr)
              call MPI_Get_address(x, address, ierr)
              call MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, MPI_COMM_NULL_DELETE_FN, keyval, address, ierr)
              call MPI_Cart_create(MPI_COMM_WORLD, 2, [2, 2], periods, .false., comm, ierr)
              call MPI_Dist_graph_create_adjacent(MPI_COMM_WORLD, 1, [0], MPI_UNWEIGHTED, 1, [0], MPI_UNWEIGHTED, &
                  MPI_INFO_NULL, .false., comm, ierr)
              call MPI_Type_get_extent(MPI_REAL, address, extent, ierr)
              call MPI_Group_range_incl(group, 1, ranges, subgroup, ierr)
              call MPI_Info_get(MPI_INFO_NULL, 'key', 10, name, flag, ierr)
              address = MPI_Aint_add(address, extent)
              if (MPI_Wtime() > 0) call MPI_Finalize(ierr)
            end program
            """;

    @TempDir
    Path folder;

    private void compile(String compiler, String file, String source, String... options) throws Exception {
        Tools.assume(compiler);
        Files.writeString(folder.resolve(file), source);
        var command = new java.util.ArrayList<>(java.util.List.of(compiler, "-I" + Tools.INCLUDE));
        command.addAll(java.util.List.of(options));
        command.add(file);
        Tools.run(folder, command.toArray(String[]::new));
    }

    @Test
    void c99() throws Exception {
        compile("gcc", "t.c", C, "-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only");
    }

    @Test
    void c23() throws Exception {
        compile("gcc", "t.c", C, "-std=c2x", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only");
    }

    @Test
    void cxx98() throws Exception {
        compile("g++", "t.cxx", C, "-std=c++98", "-Wall", "-Wextra", "-Werror", "-fsyntax-only");
    }

    @Test
    void cxx20() throws Exception {
        compile("g++", "t.cxx", C, "-std=c++20", "-pedantic", "-Wall", "-Wextra", "-Werror", "-fsyntax-only");
    }

    @Test
    void fixedForm() throws Exception {
        compile("gfortran", "t.f", FIXED, "-fsyntax-only");
    }

    @Test
    void freeForm() throws Exception {
        compile("gfortran", "t.f90", FREE, "-fsyntax-only", "-std=legacy");
    }

    @Test
    void module() throws Exception {
        Tools.assume("gfortran");
        Tools.run(folder, "gfortran", "-c", Tools.INCLUDE.resolve("mpi.f90").toString(), "-o", "module.o");
        compile("gfortran", "t.f90", MODULE, "-I.", "-fsyntax-only");
    }

    @Test
    void programsLinkWithTheLibrary() throws Exception {
        compile("gcc", "t.c", C, "-o", "t", "-Wl,--no-as-needed", Tools.GUEST.resolve("libmpi_abi.so").toString());
        Tools.assume("gfortran");
        compile("gfortran", "t.f", FIXED, "-o", "f", "-Wl,--no-as-needed", Tools.GUEST.resolve("libmpi_abi.so").toString());
    }
}
