/*
 * A master hands out intervals of an integral to whichever worker is idle; the work per interval is uneven. Rank 0
 * prints the integral of 4 / (1 + x^2) over [0, 1], which is pi.
 *
 * usage: masterworker [TASKS]
 */
#include <math.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { TAG_WORK = 1, TAG_RESULT = 2, TAG_STOP = 3 };

struct result {
    int task;
    double value;
};

static int tasks = 200;

static double integrate(int task)
{
    double from = (double)task / tasks, width = 1.0 / tasks;
    int steps = 1000 * (1 + task % 17);
    double sum = 0, h = width / steps;
    for (int i = 0; i < steps; i++) {
        double x = from + (i + 0.5) * h;
        sum += 4 / (1 + x * x);
    }
    return sum * h;
}

static MPI_Datatype result_type(void)
{
    struct result example;
    MPI_Aint base, places[2];
    int lengths[2] = {1, 1};
    MPI_Datatype types[2] = {MPI_INT, MPI_DOUBLE}, fields, type;

    MPI_Get_address(&example, &base);
    MPI_Get_address(&example.task, &places[0]);
    MPI_Get_address(&example.value, &places[1]);
    places[0] = MPI_Aint_diff(places[0], base);
    places[1] = MPI_Aint_diff(places[1], base);
    MPI_Type_create_struct(2, lengths, places, types, &fields);
    MPI_Type_create_resized(fields, 0, sizeof(struct result), &type);
    MPI_Type_commit(&type);
    MPI_Type_free(&fields);
    return type;
}

static int master(int workers, MPI_Datatype type)
{
    double *values = calloc((size_t)tasks, sizeof *values);
    int next = 0, busy = 0;

    for (int worker = 1; worker <= workers; worker++) {
        if (next < tasks) {
            MPI_Send(&next, 1, MPI_INT, worker, TAG_WORK, MPI_COMM_WORLD);
            next++;
            busy++;
        } else {
            MPI_Send(NULL, 0, MPI_INT, worker, TAG_STOP, MPI_COMM_WORLD);
        }
    }
    while (busy > 0) {
        struct result result;
        MPI_Status status;
        MPI_Recv(&result, 1, type, MPI_ANY_SOURCE, TAG_RESULT, MPI_COMM_WORLD, &status);
        values[result.task] = result.value;
        if (next < tasks) {
            MPI_Send(&next, 1, MPI_INT, status.MPI_SOURCE, TAG_WORK, MPI_COMM_WORLD);
            next++;
        } else {
            MPI_Send(NULL, 0, MPI_INT, status.MPI_SOURCE, TAG_STOP, MPI_COMM_WORLD);
            busy--;
        }
    }
    double pi = 0;
    for (int task = 0; task < tasks; task++)
        pi += values[task];
    free(values);
    int wrong = !(fabs(pi - 3.14159265358979) < 1e-6);
    printf("%d tasks: pi is %.9f: %s\n", tasks, pi, wrong ? "WRONG" : "correct");
    return wrong;
}

static void work(MPI_Datatype type)
{
    for (;;) {
        struct result result;
        MPI_Status status;
        MPI_Recv(&result.task, 1, MPI_INT, 0, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        if (status.MPI_TAG == TAG_STOP)
            return;
        result.value = integrate(result.task);
        MPI_Send(&result, 1, type, 0, TAG_RESULT, MPI_COMM_WORLD);
    }
}

int main(int argc, char **argv)
{
    int rank, size, failed = 0;

    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (argc > 1)
        tasks = atoi(argv[1]);
    if (size < 2) {
        fprintf(stderr, "masterworker needs at least 2 ranks\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    }
    MPI_Datatype type = result_type();
    if (rank == 0)
        failed = master(size - 1, type);
    else
        work(type);
    MPI_Type_free(&type);
    MPI_Finalize();
    return failed;
}
