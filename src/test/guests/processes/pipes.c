/*
 * Ranks talk to each other through pipes, FIFOs, sockets and locks of the system. A call that waits for another rank lets it
 * run, on however few PEs.
 *
 * test: ranks 1 2 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/check.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE = 300000 }; /* more than a pipe or a socket holds */

static char folder[64];
static int partner; /* ranks 2i and 2i + 1 are partners */

static void fill(char *data, int size, int seed)
{
    for (int i = 0; i < size; i++)
        data[i] = (char)(i * 7 + seed);
}

static void check_data(const char *what, const char *data, int size, int seed)
{
    for (int i = 0; i < size; i++) {
        if (data[i] != (char)(i * 7 + seed)) {
            check_failed(__FILE__, __LINE__, "%s: byte %d is wrong", what, i);
            return;
        }
    }
}

static int read_all(int fd, char *data, int size)
{
    int done = 0, got = 1;
    while (done < size && (got = read(fd, data + done, size - done)) > 0)
        done += got;
    return done;
}

static void name(char *path, const char *what, int number) { sprintf(path, "%s/%s-%d", folder, what, number); }

static void fifo(void)
{
    char path[96], *data = malloc(LARGE);
    int first = check_rank < partner;
    name(path, "fifo", first ? check_rank : partner);
    if (first)
        CHECK_EQUAL(mkfifo(path, 0600), 0);
    MPI_Barrier(MPI_COMM_WORLD);
    if (first) {
        int fd = open(path, O_RDONLY);
        CHECK(fd >= 0);
        CHECK_EQUAL(read_all(fd, data, LARGE), LARGE);
        check_data("FIFO", data, LARGE, partner);
        CHECK_EQUAL(read(fd, data, 1), 0);
        close(fd);
        unlink(path);
    } else {
        int fd = open(path, O_WRONLY);
        CHECK(fd >= 0);
        fill(data, LARGE, check_rank);
        CHECK_EQUAL(write(fd, data, LARGE), LARGE);
        close(fd);
    }
    free(data);
}

/* Both ends write much before they read: each must be let on by the other. */
static void exchange(const char *what, int fd)
{
    char *out = malloc(LARGE), *in = malloc(LARGE), small[16];
    fill(out, LARGE, check_rank);
    if (check_rank < partner) {
        CHECK_VALUE(what, send(fd, out, LARGE, 0), LARGE);
        CHECK_VALUE(what, recv(fd, in, LARGE, MSG_WAITALL), LARGE);
    } else {
        CHECK_VALUE(what, read_all(fd, in, LARGE), LARGE);
        struct iovec parts[2] = {{out, 1000}, {out + 1000, LARGE - 1000}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        CHECK_VALUE(what, sendmsg(fd, &message, 0), LARGE);
    }
    check_data(what, in, LARGE, partner);
    /* Ping and pong through stdio and poll. */
    for (int i = 0; i < 20; i++) {
        if ((i % 2 == 0) == (check_rank < partner)) {
            CHECK_VALUE(what, write(fd, "ping", 4), 4);
        } else {
            struct pollfd asked = {fd, POLLIN, 0};
            if (i % 4 < 2)
                CHECK_VALUE(what, poll(&asked, 1, -1), 1);
            CHECK_VALUE(what, read(fd, small, sizeof small), 4);
        }
    }
    free(out);
    free(in);
}

static void tcp(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (check_rank < partner) {
        int server = socket(AF_INET, SOCK_STREAM, 0);
        CHECK_EQUAL(bind(server, (struct sockaddr *)&address, size), 0);
        CHECK_EQUAL(listen(server, 1), 0);
        CHECK_EQUAL(getsockname(server, (struct sockaddr *)&address, &size), 0);
        MPI_Send(&address.sin_port, 2, MPI_BYTE, partner, 0, MPI_COMM_WORLD);
        int fd = accept(server, NULL, NULL);
        CHECK(fd >= 0);
        exchange("TCP", fd);
        close(fd);
        close(server);
    } else {
        MPI_Recv(&address.sin_port, 2, MPI_BYTE, partner, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        usleep(1000 * (check_rank % 3)); /* sometimes accept waits */
        CHECK_EQUAL(connect(fd, (struct sockaddr *)&address, size), 0);
        exchange("TCP", fd);
        close(fd);
    }
}

static void local(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int first = check_rank < partner;
    name(address.sun_path, "socket", first ? check_rank : partner);
    if (first) {
        int server = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK_EQUAL(bind(server, (struct sockaddr *)&address, sizeof address), 0);
        CHECK_EQUAL(listen(server, 1), 0);
        MPI_Send(NULL, 0, MPI_BYTE, partner, 1, MPI_COMM_WORLD);
        int fd = accept(server, NULL, NULL);
        exchange("local socket", fd);
        close(fd);
        close(server);
        unlink(address.sun_path);
    } else {
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        MPI_Recv(NULL, 0, MPI_BYTE, partner, 1, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK_EQUAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
        exchange("local socket", fd);
        close(fd);
    }
}

/* A lock that is held while its holder waits in MPI must not stop who asks for it from being waited for. */
static void locks(void)
{
    char path[96];
    int first = check_rank < partner, fd;
    name(path, "lock", first ? check_rank : partner);
    for (int kind = 0; kind < 3; kind++) {
        struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        fd = open(path, O_RDWR | O_CREAT, 0600);
        if (!first)
            MPI_Recv(NULL, 0, MPI_BYTE, partner, 2, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        CHECK_EQUAL(kind == 0 ? flock(fd, LOCK_EX) : kind == 1 ? fcntl(fd, F_SETLKW, &range) : lockf(fd, F_LOCK, 0), 0);
        char text[4] = "";
        if (first) {
            MPI_Send(NULL, 0, MPI_BYTE, partner, 2, MPI_COMM_WORLD);
            usleep(2000);
            CHECK_EQUAL(pwrite(fd, "set", 3, 0), 3);
        } else {
            CHECK_EQUAL(pread(fd, text, 3, 0), 3);
            CHECK(strcmp(text, "set") == 0);
            CHECK_EQUAL(pwrite(fd, "xxx", 3, 0), 3);
        }
        close(fd);
        MPI_Sendrecv(NULL, 0, MPI_BYTE, partner, 3, NULL, 0, MPI_BYTE, partner, 3, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    if (first)
        unlink(path);
}

/* Through a child that passes everything on: the rank writes while it reads. */
static void filter(void)
{
    int to[2], from[2], flags, status;
    char *out = malloc(LARGE), *in = malloc(LARGE);
    CHECK_EQUAL(pipe(to), 0);
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, from), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(to[0], 0);
        dup2(from[1], 1);
        close(to[0]), close(to[1]), close(from[0]), close(from[1]);
        execlp("cat", "cat", (char *)NULL);
        _exit(99);
    }
    close(to[0]);
    close(from[1]);
    fill(out, LARGE, check_rank);
    flags = fcntl(to[1], F_GETFL);
    CHECK_EQUAL(flags & O_NONBLOCK, 0);
    int sent = 0, got = 0, watch = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.fd = from[0]}};
    CHECK_EQUAL(epoll_ctl(watch, EPOLL_CTL_ADD, from[0], &event), 0);
    while (got < LARGE) {
        if (sent < LARGE) {
            int part = LARGE - sent < 20000 ? LARGE - sent : 20000;
            CHECK_EQUAL(write(to[1], out + sent, part), part);
            sent += part;
            if (sent == LARGE)
                close(to[1]);
        }
        CHECK_EQUAL(epoll_wait(watch, &event, 1, sent < LARGE ? 0 : -1) >= 0, 1);
        int now = recv(from[0], in + got, LARGE - got, MSG_DONTWAIT);
        if (now > 0)
            got += now;
    }
    check_data("filter", in, LARGE, check_rank);
    CHECK_EQUAL(read(from[0], in, 1), 0);
    CHECK_EQUAL(waitpid(child, &status, 0), child);
    CHECK_EQUAL(status, 0);
    close(watch);
    close(from[0]);
    free(out);
    free(in);
}

/* Descriptors that do not wait answer at once; those with a time limit after it. */
static void limits(void)
{
    int ends[2];
    char byte;
    struct timeval limit = {0, 20000};
    uint64_t value = 5;
    CHECK_EQUAL(pipe2(ends, O_NONBLOCK), 0);
    CHECK_EQUAL(read(ends[0], &byte, 1), -1);
    CHECK_EQUAL(errno, EAGAIN);
    close(ends[0]);
    CHECK_EQUAL(signal(SIGPIPE, SIG_IGN) == SIG_DFL, 1);
    /* Another rank's child may have the other end for a moment, until it closes what is not its own. */
    for (int i = 0; i < 1000 && write(ends[1], &byte, 1) == 1; i++)
        usleep(1000);
    CHECK_EQUAL(errno, EPIPE);
    signal(SIGPIPE, SIG_DFL);
    close(ends[1]);
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    CHECK_EQUAL(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    CHECK_EQUAL(recv(ends[0], &byte, 1, 0), -1);
    CHECK_EQUAL(errno, EAGAIN);
    CHECK_EQUAL(recv(ends[0], &byte, 1, MSG_DONTWAIT), -1);
    close(ends[0]);
    close(ends[1]);
    int counter = eventfd(0, 0);
    CHECK_EQUAL(write(counter, &value, sizeof value), sizeof value);
    value = 0;
    CHECK_EQUAL(read(counter, &value, sizeof value), sizeof value);
    CHECK_EQUAL(value, 5);
    close(counter);
}

int main(int argc, char **argv)
{
    int run = getpid();
    start(&argc, &argv);
    MPI_Bcast(&run, 1, MPI_INT, 0, MPI_COMM_WORLD);
    sprintf(folder, "/tmp/flotilla-pipes-%d", run);
    if (check_rank == 0)
        mkdir(folder, 0700);
    MPI_Barrier(MPI_COMM_WORLD);
    partner = check_rank ^ 1;
    limits();
    filter();
    if (check_size > 1) {
        fifo();
        tcp();
        local();
        locks();
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
    return finish("pipes");
}
