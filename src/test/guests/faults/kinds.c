/* Each way to fail that C has, by name; the rank in the second argument does it, the others wait. Run by FaultTest. */
#include <assert.h>
#include <dlfcn.h>
#include <fenv.h>
#include <mpi.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <syslog.h>
#include <unistd.h>

static volatile int sink;
static volatile double zero_point, point;
int shared_table[16];
static int wild_index;
static int (*volatile function)(int);
static char *volatile pointer;

#define NOINLINE __attribute__((noinline, noclone))

NOINLINE static int recurse(int depth)
{
    volatile char frame[4096];
    frame[depth % 4096] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

NOINLINE static void one_huge_frame(void)
{
    volatile char frame[900 << 20];
    for (long i = (900L << 20) - 1; i >= 0; i -= 4096)
        frame[i] = 1;
    sink = frame[17];
}

NOINLINE static void write_to(volatile int *where)
{
    *where = 1;
}

NOINLINE static int smash(const char *text)
{
    char small[8];
    pointer = small;
    for (int i = 0; text[i]; i++)
        pointer[i] = text[i];
    return small[0];
}

NOINLINE static void lose_stack(long where)
{
    __asm__ volatile("movq %0, %%rsp\n\tpushq $1" : : "r"(where) : "memory");
    __builtin_unreachable();
}

static int ascending(const void *a, const void *b)
{
    (void)a;
    (void)b;
    write_to(NULL);
    return 0;
}

static void at_exit(void)
{
    write_to(NULL);
}

static void on_signal(int number)
{
    (void)number;
    write_to(NULL);
}

NOINLINE static void fail(const char *how, int rank)
{
    char name[64];
    function = NULL;
    if (!strcmp(how, "null"))
        write_to(NULL);
    else if (!strcmp(how, "member"))
        write_to((int *)0x18);
    else if (!strcmp(how, "overflow"))
        sink = recurse(0);
    else if (!strcmp(how, "hugeframe"))
        one_huge_frame();
    else if (!strcmp(how, "divide"))
        sink = 7 / wild_index;
    else if (!strcmp(how, "fdivide")) {
        feenableexcept(FE_DIVBYZERO);
        point = 1 / zero_point;
    } else if (!strcmp(how, "finvalid")) {
        feenableexcept(FE_INVALID);
        point = zero_point / zero_point;
    } else if (!strcmp(how, "foverflow")) {
        feenableexcept(FE_OVERFLOW);
        point = 1e300;
        point = point * point;
    } else if (!strcmp(how, "illegal"))
        __asm__ volatile("ud2");
    else if (!strcmp(how, "trap"))
        __asm__ volatile("int3");
    else if (!strcmp(how, "noncanonical"))
        write_to((int *)0xdeadbeefdeadbeefUL);
    else if (!strcmp(how, "text"))
        write_to((int *)(uintptr_t)&write_to);
    else if (!strcmp(how, "constant"))
        write_to((int *)(uintptr_t)"constant");
    else if (!strcmp(how, "freed")) {
        char *memory = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        munmap(memory, 1 << 20);
        write_to((int *)(memory + 4096));
    } else if (!strcmp(how, "protected")) {
        void *memory = mmap(NULL, 1 << 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        write_to(memory);
    } else if (!strcmp(how, "file")) {
        FILE *file = tmpfile();
        char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
        write_to((int *)memory);
    } else if (!strcmp(how, "unmapped"))
        write_to((int *)0x7f0000001000UL);
    else if (!strcmp(how, "call")) {
        function = (int (*)(int))0x123456789000;
        sink = function(1);
    } else if (!strcmp(how, "callnull"))
        sink = function(1);
    else if (!strcmp(how, "data")) {
        function = (int (*)(int))(uintptr_t)shared_table;
        sink = function(1);
    } else if (!strcmp(how, "stack")) {
        function = (int (*)(int))(uintptr_t)name;
        sink = function(1);
    } else if (!strcmp(how, "sp"))
        lose_stack(0x1000);
    else if (!strcmp(how, "sphigh"))
        lose_stack(0x7ffffffff000 - 4096);
    else if (!strcmp(how, "spother")) {
        /* Into another rank's slot. */
        uintptr_t here = (uintptr_t)&shared_table;
        lose_stack((long)(here + (1L << 30) * 64));
    } else if (!strcmp(how, "memcpy"))
        memcpy(pointer, how, 4000);
    else if (!strcmp(how, "strlen"))
        sink = (int)strlen(pointer);
    else if (!strcmp(how, "gate"))
        sink = (int)confstr(_CS_PATH, (char *)16, 100);
    else if (!strcmp(how, "locked")) {
        openlog(NULL, LOG_NDELAY, LOG_USER);
        syslog(LOG_DEBUG, "%s", (char *)16);
    } else if (!strcmp(how, "callback")) {
        int list[4] = {4, 3, 2, 1};
        qsort(list, 4, sizeof *list, ascending);
    } else if (!strcmp(how, "atexit")) {
        atexit(at_exit);
        MPI_Barrier(MPI_COMM_WORLD);
        exit(0);
    } else if (!strcmp(how, "handler")) {
        signal(SIGUSR1, on_signal);
        raise(SIGUSR1);
    } else if (!strcmp(how, "heap")) {
        pointer = malloc(40);
        char *volatile next = malloc(40);
        for (int i = 0; i < 64; i++)
            pointer[i] = 'x';
        free(next);
        free(pointer);
    } else if (!strcmp(how, "doublefree")) {
        pointer = malloc(4000);
        free(pointer);
        free(pointer);
    } else if (!strcmp(how, "abort"))
        abort();
    else if (!strcmp(how, "assert"))
        assert(rank == 1000);
    else if (!strcmp(how, "smash"))
        sink = smash("a text that is far too long for the array it is copied to");
    else if (!strcmp(how, "fortify"))
        sink = __builtin___sprintf_chk(name, 1, 4, "%s", "more than fits");
    else if (!strcmp(how, "corrupt")) {
        /* Nothing on the stack can be believed any more. */
        volatile uintptr_t *frame = __builtin_frame_address(0);
        for (int i = 0; i < 64; i++)
            frame[i] = 0x4141414141414141;
        __asm__ volatile("movq %0, %%rbp\n\tud2" : : "r"(frame));
    } else if (!strcmp(how, "control")) {
        /* What host and guest need of the control block at every trap. */
        memset(dlsym(RTLD_DEFAULT, "flotilla_control"), 0x41, 0x80);
        write_to(NULL);
    }
}

__attribute__((constructor)) static void construct(void)
{
    const char *how = getenv("FAIL_IN_CONSTRUCTOR");
    if (how)
        fail(how, 0);
}

int main(int argc, char **argv)
{
    int rank;
    const char *how = argc > 1 ? argv[1] : "null";
    int who = argc > 2 ? atoi(argv[2]) : 2;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    setvbuf(stdout, NULL, _IOFBF, 1 << 16);
    printf("rank %d was here\n", rank);
    MPI_Barrier(MPI_COMM_WORLD);
    if (!strcmp(how, "finalized")) {
        MPI_Finalize();
        if (rank == who)
            write_to(NULL);
        return 0;
    }
    if (rank == who || who < 0)
        fail(how, rank);
    MPI_Barrier(MPI_COMM_WORLD);
    MPI_Finalize();
    return 0;
}
