/* Memory that a rank asks of the kernel: mmap and its kin, the break, shared memory. All of it is the rank's own; what is
 * meant to be shared with other ranks is.
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "own.h"

#define PAGE 4096ul
#define ALL (PROT_READ | PROT_WRITE)

static int pipe_ends[2];

/* Without touching it oneself. */
static int is_readable(const char *address)
{
    char byte;
    errno = 0;
    if (write(pipe_ends[1], address, 1) != 1)
        return errno == EFAULT ? 0 : -1;
    return read(pipe_ends[0], &byte, 1);
}

static char *map(size_t size, int flags)
{
    char *memory = mmap(NULL, size, ALL, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    CHECK_OWN(memory);
    return memory;
}

static int has(const char *memory, size_t size, char byte)
{
    for (size_t i = 0; i < size; i++)
        if (memory[i] != byte)
            return 0;
    return 1;
}

static void anonymous(void)
{
    char mine = (char)('a' + check_rank % 26);
    char *a = map(10 * PAGE, 0), *b = map(3 * PAGE, MAP_NORESERVE), *c = map(4 * PAGE, MAP_POPULATE);
    CHECK(has(a, 10 * PAGE, 0) && has(b, 3 * PAGE, 0));
    unsigned char resident[4] = {0};
    CHECK(mincore(c, 4 * PAGE, resident) == 0 && (resident[0] & resident[3] & 1) == 1);
    CHECK(has(c, 4 * PAGE, 0));
    memset(a, mine, 10 * PAGE);
    memset(c, mine, 4 * PAGE);

    /* A hole, what is around it, and something else in it. */
    CHECK_EQUAL(munmap(a + 4 * PAGE, 2 * PAGE), 0);
    CHECK(is_readable(a + 4 * PAGE - 1) == 1 && is_readable(a + 4 * PAGE) == 0 && is_readable(a + 6 * PAGE) == 1);
    CHECK(mmap(a + 4 * PAGE, PAGE, ALL, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == a + 4 * PAGE);
    CHECK(has(a + 4 * PAGE, PAGE, 0));
    errno = 0;
    CHECK(mmap(a, PAGE, ALL, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK(has(a, 4 * PAGE, mine) && has(a + 6 * PAGE, 4 * PAGE, mine));

    CHECK_EQUAL(mprotect(a, PAGE, PROT_NONE), 0);
    CHECK(is_readable(a) == 0 && is_readable(a + PAGE) == 1);
    CHECK_EQUAL(mprotect(a, PAGE, ALL), 0);
    CHECK(has(a, PAGE, mine));
    CHECK_EQUAL(madvise(a, 2 * PAGE, MADV_DONTNEED), 0);
    CHECK(has(a, 2 * PAGE, 0) && has(a + 2 * PAGE, PAGE, mine));
    CHECK_EQUAL(madvise(a, PAGE, MADV_WILLNEED), 0);
    CHECK(mlock(c, PAGE) == 0 && munlock(c, PAGE) == 0);
    errno = 0;
    CHECK(mlockall(0x1000) == -1 && errno == EINVAL);

    char *grown = mremap(c, 4 * PAGE, 500 * PAGE, MREMAP_MAYMOVE);
    CHECK_OWN(grown);
    CHECK(has(grown, 4 * PAGE, mine) && has(grown + 4 * PAGE, 496 * PAGE, 0));
    CHECK(mremap(grown, 500 * PAGE, 2 * PAGE, 0) == grown);
    CHECK(is_readable(grown + 2 * PAGE) == 0 && has(grown, 2 * PAGE, mine));
    /* Where nothing has been put since, it grows again without moving. */
    CHECK(mremap(grown, 2 * PAGE, 100 * PAGE, 0) == grown);
    CHECK(has(grown, 2 * PAGE, mine) && has(grown + 2 * PAGE, 98 * PAGE, 0));
    char *target = map(200 * PAGE, 0);
    /* The bare call: UCX below MPICH comes between mremap and forgets the last argument. */
    CHECK((char *)syscall(SYS_mremap, grown, 100 * PAGE, 100 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + 50 * PAGE) ==
          target + 50 * PAGE);
    CHECK(has(target + 50 * PAGE, 2 * PAGE, mine) && has(target, 50 * PAGE, 0));
    errno = 0;
    CHECK(mremap(target, 200 * PAGE, 1l << 46, MREMAP_MAYMOVE) == MAP_FAILED);
    CHECK_EQUAL(munmap(target, 200 * PAGE), 0);
    CHECK_EQUAL(munmap(a, 10 * PAGE), 0);
    CHECK_EQUAL(munmap(b, 3 * PAGE), 0);

    errno = 0;
    CHECK(mmap(NULL, 0, ALL, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    errno = 0;
    CHECK(map(1l << 46, 0) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(map((size_t)-1, 0) == NULL && errno == ENOMEM);
    errno = 0;
    CHECK(munmap((void *)0x1001, PAGE) == -1 && errno == EINVAL);
    /* Addresses without memory. */
    char *reserved = mmap(NULL, 1l << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK_OWN(reserved);
    CHECK_EQUAL(mprotect(reserved + (512l << 20), PAGE, ALL), 0);
    reserved[512l << 20] = mine;
    CHECK_EQUAL(munmap(reserved, 1l << 30), 0);

    char *bare = (char *)syscall(SYS_mmap, NULL, PAGE, ALL, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0l);
    CHECK_OWN(bare);
    bare[0] = mine;
    CHECK_EQUAL(syscall(SYS_munmap, bare, PAGE), 0);
    errno = 0;
    CHECK(syscall(SYS_mmap, NULL, 0, ALL, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0l) == -1 && errno == EINVAL);
}

/* Many live at a time, given back in another order. */
static void pieces(void)
{
    enum { COUNT = 100 };
    char *piece[COUNT];
    for (int round = 0; round < (check_size > 8 ? 1 : 3); round++) {
        for (int i = 0; i < COUNT; i++) {
            piece[i] = map((size_t)(i % 7 + 1) * 16 * PAGE, 0);
            CHECK(piece[i] != NULL && piece[i][0] == 0);
            *(int *)piece[i] = i;
        }
        MPI_Barrier(MPI_COMM_WORLD);
        for (int i = 0; i < COUNT; i++) {
            int at = i * 37 % COUNT;
            CHECK_EQUAL(*(int *)piece[at], at);
            CHECK_EQUAL(munmap(piece[at], (size_t)(at % 7 + 1) * 16 * PAGE), 0);
        }
    }
}

static void files(void)
{
    char path[] = "/tmp/flotilla-mappings-XXXXXX", text[20] = "";
    int fd = mkstemp(path);
    unlink(path);
    CHECK_EQUAL(ftruncate(fd, 3 * PAGE), 0);
    CHECK_EQUAL(pwrite(fd, "first", 5, 0) + pwrite(fd, "second", 6, PAGE), 11);
    char *shared = mmap(NULL, 2 * PAGE, ALL, MAP_SHARED, fd, 0), *private = mmap(NULL, PAGE, ALL, MAP_PRIVATE, fd, PAGE);
    CHECK_OWN(shared);
    CHECK_OWN(private);
    CHECK(memcmp(shared, "first", 5) == 0 && memcmp(private, "second", 6) == 0);
    private[0] = 'S';
    CHECK(shared[PAGE] == 's');
    shared[0] = 'F';
    CHECK_EQUAL(msync(shared, PAGE, MS_SYNC), 0);
    CHECK(pread(fd, text, 5, 0) == 5 && strcmp(text, "First") == 0);
    close(fd);
    CHECK(shared[PAGE + 5] == 'd');
    CHECK(munmap(shared, 2 * PAGE) == 0 && munmap(private, PAGE) == 0);
}

static void break_of_memory(void)
{
    char *start = sbrk(0);
    CHECK_OWN(start);
    CHECK(sbrk(100000) == start && sbrk(0) == start + 100000);
    CHECK(has(start, 100000, 0));
    memset(start, check_rank + 1, 100000);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK(has(start, 100000, (char)(check_rank + 1)));
    CHECK(sbrk(-50000) == start + 100000 && sbrk(0) == start + 50000);
    CHECK_EQUAL(is_readable(start + 70000), 0);
    CHECK(sbrk(50000) == start + 50000 && has(start + 60000, 40000, 0));
    CHECK_EQUAL(brk(start), 0);
    errno = 0;
    CHECK(sbrk(1l << 45) == (void *)-1 && errno == ENOMEM);
    errno = 0;
    CHECK(brk((void *)0x1000) == -1 && errno == ENOMEM);
    CHECK(sbrk(0) == start);
}

static void shared_memory(void)
{
    char name[64] = "";
    int segment = 0;
    if (check_rank == 0) {
        snprintf(name, sizeof name, "/flotilla-mappings-%d", getpid());
        segment = shmget(IPC_PRIVATE, 3 * PAGE, IPC_CREAT | 0600);
        close(shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0600));
    }
    MPI_Bcast(name, sizeof name, MPI_CHAR, 0, MPI_COMM_WORLD);
    MPI_Bcast(&segment, 1, MPI_INT, 0, MPI_COMM_WORLD);
    int fd = shm_open(name, O_RDWR, 0), attached = 0;
    CHECK_EQUAL(ftruncate(fd, PAGE), 0);
    int *words = mmap(NULL, PAGE, ALL, MAP_SHARED, fd, 0), *others = shmat(segment, NULL, 0);
    CHECK_OWN(words);
    CHECK_OWN(others);
    close(fd);
    words[check_rank] = 100 + check_rank;
    others[check_rank] = 200 + check_rank;
    MPI_Barrier(MPI_COMM_WORLD);
    if (check_rank == 0) {
        shm_unlink(name);
        struct shmid_ds status;
        CHECK_EQUAL(shmctl(segment, IPC_STAT, &status), 0);
        attached = (int)status.shm_nattch;
        CHECK_EQUAL(attached, check_size);
        shmctl(segment, IPC_RMID, NULL);
    }
    for (int i = 0; i < check_size; i++)
        CHECK(words[i] == 100 + i && others[i] == 200 + i);
    MPI_Barrier(MPI_COMM_WORLD);
    CHECK_EQUAL(munmap(words, PAGE), 0);
    CHECK_EQUAL(shmdt(others), 0);
    CHECK_EQUAL(is_readable((char *)others), 0);
    errno = 0;
    CHECK(shmdt(others) == -1 && errno == EINVAL);
    errno = 0;
    CHECK(shmat(-5, NULL, 0) == (void *)-1 && errno == EINVAL);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    CHECK_EQUAL(pipe(pipe_ends), 0);
    anonymous();
    pieces();
    files();
    break_of_memory();
    shared_memory();
    return finish("mappings");
}
