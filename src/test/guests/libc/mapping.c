/*
 * mmap and its kin, and brk.
 *
 * Not with 64 ranks: where page faults are dear, that takes minutes.
 *
 * test: flotilla-ranks 1 4
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096ul

static void *map(size_t size) { return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

int main(void) {
    char *a = map(10 * PAGE), *b = map(100);
    printf("mapped %d %d zero %d\n", a != MAP_FAILED, b != MAP_FAILED, a[0] == 0 && b[99] == 0);
    memset(a, 'a', 10 * PAGE);
    printf("hole %d\n", munmap(a + 4 * PAGE, 2 * PAGE));
    printf("kept %c%c\n", a[4 * PAGE - 1], a[6 * PAGE]);
    char *again = mmap(a + 4 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    printf("fixed %d zero %d\n", again == a + 4 * PAGE, again[0] == 0);
    printf("protect %d\n", mprotect(a, PAGE, PROT_READ));

    char *c = map(4 * PAGE);
    memset(c, 'c', 4 * PAGE);
    char *grown = mremap(c, 4 * PAGE, 1000 * PAGE, MREMAP_MAYMOVE);
    printf("grown %d %c%c %d\n", grown != MAP_FAILED, grown[0], grown[4 * PAGE - 1], grown[999 * PAGE]);
    grown[999 * PAGE] = 'g';
    char *shrunk = mremap(grown, 1000 * PAGE, 2 * PAGE, 0);
    printf("shrunk %d %c\n", shrunk == grown, shrunk[2 * PAGE - 1]);
    errno = 0;
    int failed = mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
    printf("bad %d %d", failed, errno == EINVAL);
    errno = 0;
    failed = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 999, 0) == MAP_FAILED;
    printf(" %d %d", failed, errno == EBADF);
    errno = 0;
    failed = munmap(a + 1, PAGE) == -1;
    printf(" %d %d", failed, errno == EINVAL);
    errno = 0;
    failed = map(SIZE_MAX / 2) == MAP_FAILED;
    printf(" %d %d\n", failed, errno == ENOMEM);

    char path[] = "/tmp/flotilla-mapping-XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    if (write(fd, "hello file", 10) != 10) return 1;
    char *shared = mmap(NULL, 10, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    printf("file %.10s\n", shared);
    shared[0] = 'J';
    char text[11] = "";
    if (pread(fd, text, 10, 0) != 10) return 1;
    printf("written %s\n", text);
    munmap(shared, 10);
    close(fd);

    /* Many pieces given back in another order: the region must not run out. */
    void *pieces[64];
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < 64; i++) {
            pieces[i] = map((size_t)(i % 7 + 1) << 20);
            if (pieces[i] == MAP_FAILED) return 2;
            *(char *)pieces[i] = 1;
        }
        for (int i = 0; i < 64; i++) {
            int at = i * 37 % 64;
            munmap(pieces[at], (size_t)(at % 7 + 1) << 20);
        }
    }
    char *start = sbrk(0);
    if (start == (char *)-1) return 3;
    printf("sbrk %d", sbrk(100000) == start);
    memset(start, 1, 100000);
    printf(" %d", sbrk(0) == start + 100000);
    printf(" %d %d\n", brk(start) == 0, sbrk(0) == start);
    printf("end\n");
    return 0;
}
