/* Buffers outside all slots that cannot be used: the call fails with MPI_ERR_BUFFER, and the process goes on.
 * Run by FaultTest. */
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

static void check(const char *what, int error)
{
    int class, rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Error_class(error, &class);
    printf("rank %d: %s: %s\n", rank, what, class == MPI_ERR_BUFFER ? "MPI_ERR_BUFFER" : "another");
}

int main(int argc, char **argv)
{
    int rank, size, data[1000] = {0};
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    /* The kernel's functions, mapped into every process; readable and executable. */
    void *text = (void *)getauxval(AT_SYSINFO_EHDR);
    check("receive", MPI_Recv(text, 8, MPI_INT, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE));
    MPI_Request request;
    check("nonblocking receive", MPI_Irecv(text, 8, MPI_INT, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, &request));
    check("allreduce", MPI_Allreduce(data, text, 8, MPI_INT, MPI_SUM, MPI_COMM_WORLD));
    /* Nothing is mapped there. */
    check("hole", MPI_Recv((void *)0x7e0000000000, 8, MPI_INT, MPI_ANY_SOURCE, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE));
    check("send", MPI_Send((void *)0x7e0000000000, 8, MPI_INT, rank, 1, MPI_COMM_WORLD));
    /* A page is missing in the middle: the loops that copy strided data meet it, and the call fails afterwards. */
    char packed[3 * 4096];
    int places[] = {0, 600, 1400}, position = 0;
    MPI_Datatype strided, scattered;
    char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + 4096, 4096, PROT_NONE);
    MPI_Type_vector(700, 1, 2, MPI_DOUBLE, &strided);
    MPI_Type_commit(&strided);
    check("strided", MPI_Pack(pages, 1, strided, packed, sizeof packed, &position, MPI_COMM_WORLD));
    MPI_Type_create_indexed_block(3, 1, places, MPI_DOUBLE, &scattered);
    MPI_Type_commit(&scattered);
    position = 0;
    check("scattered", MPI_Unpack(packed, sizeof packed, &position, pages, 1, scattered, MPI_COMM_WORLD));
    /* Sending what can be read is no error. */
    MPI_Request sent;
    MPI_Isend(text, 8, MPI_INT, rank, 2, MPI_COMM_WORLD, &sent);
    MPI_Recv(data, 8, MPI_INT, rank, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    MPI_Wait(&sent, MPI_STATUS_IGNORE);
    printf("rank %d: same: %d\n", rank, memcmp(data, text, 32) == 0);
    MPI_Finalize();
    return 0;
}
