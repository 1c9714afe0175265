/*
 * For gdb: rank 0 says "ready", waits for a line of standard input and sends to the others, which wait for it in MPI_Recv.
 * With the argument "spin" rank 1 doesn't wait but computes until it is sent something; with "plugin" each rank has opened
 * the library beside the program. Each rank ends with status 5 after MPI_Finalize.
 *
 * test: plugin plugin library/plugin.c -O0
 */
#include <dlfcn.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job {
    int id;
    double weight[3];
};

static int global_rank;

__attribute__((noinline)) int rendezvous(int rank)
{
    return rank * rank;
}

__attribute__((noinline)) static int spin(int from)
{
    int there = 0, value;
    volatile long rounds = 0;
    while (!there)
        if (++rounds % 50000000 == 0)
            MPI_Iprobe(from, MPI_ANY_TAG, MPI_COMM_WORLD, &there, MPI_STATUS_IGNORE);
    MPI_Recv(&value, 1, MPI_INT, from, MPI_ANY_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    return value;
}

__attribute__((noinline)) static int wait_for_message(int from, struct job *job)
{
    volatile int value = 0;
    volatile int tag = 42 + global_rank;
    job->weight[1] = global_rank * 1.5;
    MPI_Recv((int *)&value, 1, MPI_INT, from, tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE); /* here they wait */
    return value;
}

static void use_plugin(const char *program)
{
    char path[4096];
    snprintf(path, sizeof path, "%.*s/libplugin.so", (int)(strrchr(program, '/') - program), program);
    void *library = dlopen(path, RTLD_NOW);
    if (library == NULL) {
        puts(dlerror());
        exit(1);
    }
    ((int (*)(int))dlsym(library, "plugged"))(global_rank);
    dlclose(library);
}

int main(int argc, char **argv)
{
    int rank, size;
    struct job job = {7, {0}};
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    global_rank = rank;
    const char *how = argc > 1 ? argv[1] : "";
    rendezvous(rank);
    if (strcmp(how, "plugin") == 0)
        use_plugin(argv[0]);
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        puts("ready");
        fflush(stdout);
        getchar();
        for (int i = 1; i < size; i++)
            MPI_Send(&i, 1, MPI_INT, i, 42 + i, MPI_COMM_WORLD);
    } else if (rank == 1 && strcmp(how, "spin") == 0) {
        spin(0);
    } else if (wait_for_message(0, &job) != rank) {
        MPI_Abort(MPI_COMM_WORLD, 3);
    }
    MPI_Finalize();
    return 5;
}
