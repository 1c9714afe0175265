/*
 * Initialization and the end: Initialized and Finalized around them, thread levels, version, names, timers, memory.
 *
 * test: ranks 1 2
 * test: flotilla-ranks 7
 */
#include <mpi.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    int flag, provided, again, main_thread, version, subversion, length, rank, failures = 0;
    char name[MPI_MAX_LIBRARY_VERSION_STRING];
    void *memory;

#define EXPECT(condition) \
    if (!(condition)) { \
        fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
        failures++; \
    }
    MPI_Initialized(&flag);
    EXPECT(!flag);
    MPI_Finalized(&flag);
    EXPECT(!flag);
    MPI_Get_version(&version, &subversion);
    EXPECT(version >= 3);
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    EXPECT(provided >= MPI_THREAD_SINGLE && provided <= MPI_THREAD_MULTIPLE);
    MPI_Query_thread(&again);
    EXPECT(again == provided);
    MPI_Is_thread_main(&main_thread);
    EXPECT(main_thread);
    MPI_Initialized(&flag);
    EXPECT(flag);
    MPI_Get_library_version(name, &length);
    EXPECT(length > 0 && (int)strlen(name) == length);
    MPI_Get_processor_name(name, &length);
    EXPECT(length > 0 && (int)strlen(name) == length);
    char host[256];
    EXPECT(gethostname(host, sizeof host) == 0 && strcmp(host, name) == 0);
    double start = MPI_Wtime();
    EXPECT(MPI_Wtick() > 0 && MPI_Wtick() < 0.1);
    EXPECT(MPI_Wtime() >= start);
    MPI_Alloc_mem(1 << 20, MPI_INFO_NULL, &memory);
    memset(memory, 1, 1 << 20);
    MPI_Free_mem(memory);
    MPI_Pcontrol(1);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    printf("rank %d: %d failures\n", rank, failures);
    MPI_Finalize();
    MPI_Finalized(&flag);
    EXPECT(flag);
    MPI_Initialized(&flag);
    EXPECT(flag);
    return failures != 0;
}
