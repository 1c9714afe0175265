/* MPI_Alloc_mem and MPI_Free_mem, with hints, without bytes, with too many, with a negative number.
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing */
#include "own.h"

int main(int argc, char **argv)
{
    start(&argc, &argv);
    MPI_Info info;
    MPI_Info_create(&info);
    MPI_Info_set(info, "mpi_minimum_memory_alignment", "4096");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_set_errhandler(MPI_COMM_SELF, MPI_ERRORS_RETURN);
    for (int i = 0; i < 50; i++) {
        int *numbers = NULL;
        char *none = NULL;
        CHECK_EQUAL(MPI_Alloc_mem(4000 * (i + 1), i % 2 ? info : MPI_INFO_NULL, &numbers), MPI_SUCCESS);
        CHECK_OWN(numbers);
        CHECK_EQUAL((uintptr_t)numbers % 16, 0);
        for (int k = 0; k < 1000 * (i + 1); k++)
            numbers[k] = check_rank + k;
        CHECK_EQUAL(MPI_Alloc_mem(0, MPI_INFO_NULL, &none), MPI_SUCCESS);
        MPI_Allreduce(MPI_IN_PLACE, numbers, 1000, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
        CHECK_EQUAL(numbers[999], check_size * (check_size - 1) / 2 + 999 * check_size);
        if (check_size > 1 || i > 0)
            CHECK_EQUAL(numbers[1000 * (i + 1) - 1], i == 0 ? numbers[999] : check_rank + 1000 * (i + 1) - 1);
        CHECK_EQUAL(MPI_Free_mem(numbers), MPI_SUCCESS);
        CHECK_EQUAL(MPI_Free_mem(none), MPI_SUCCESS);
    }
    void *memory = NULL;
    int class;
    MPI_Error_class(MPI_Alloc_mem((MPI_Aint)1 << 62, MPI_INFO_NULL, &memory), &class);
    /* MPICH answers no error. */
    CHECK(class == MPI_ERR_NO_MEM || class == MPI_SUCCESS);
    MPI_Error_class(MPI_Alloc_mem(-1, MPI_INFO_NULL, &memory), &class);
    CHECK_EQUAL(class, MPI_ERR_ARG);
    MPI_Info_free(&info);
    return finish("alloc_mem");
}
