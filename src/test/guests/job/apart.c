/*
 * Ranks that do not talk to each other, on several nodes. Run by NodesTest.
 *
 * apart [ACTION [RANK]]: what a rank says first tells where it is; then RANK, or every rank, does what the action says, and the others
 * wait for a long time.
 */
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int rank, size;
    char host[100], line[200];
    const char *action = argc > 1 ? argv[1] : "end";
    /* Statuses are for ranks that have not begun with MPI: others would have to finalize. */
    if (!strcmp(action, "status"))
        return atoi(argv[2]);
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    gethostname(host, sizeof host);
    printf("rank %d of %d on %s in %d%s\n", rank, size, host, (int)getpid(), getenv("PMI_PORT") || getenv("PMI_FD") || getenv("FLOTILLA_JOB_SECRET") ? " with leaks" : "");
    fflush(stdout);
    if (argc > 2 && rank != atoi(argv[2])) {
        sleep(1000);
        return 0;
    }
    if (!strcmp(action, "wait"))
        sleep(1000);
    if (!strcmp(action, "spin"))
        for (volatile long n = 0;; n++)
            ;
    if (!strcmp(action, "child"))
        system("exec sleep 4713");
    if (!strcmp(action, "abort"))
        MPI_Abort(MPI_COMM_WORLD, 17);
    if (!strcmp(action, "fault"))
        *(volatile int *)NULL = 1;
    if (!strcmp(action, "read")) {
        printf("name? ");
        fflush(stdout);
        while (fgets(line, sizeof line, stdin) != NULL)
            printf("rank %d has read %s", rank, line);
    }
    if (!strcmp(action, "print"))
        for (int i = 0; i < 20000; i++)
            printf("rank %d begins line %d, and ends it: %.*s\n", rank, i, i % 100,
                   "----------------------------------------------------------------------------------------------------");
    if (!strcmp(action, "environment"))
        printf("rank %d has A=%s\n", rank, getenv("A") ? getenv("A") : "nothing");
    return 0;
}
