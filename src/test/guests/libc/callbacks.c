/*
 * Functions of libc that call the program back: each callback communicates, so that other ranks run, and use the same
 * function, between its calls.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"

#include <dirent.h>
#include <errno.h>
#include <error.h>
#include <ftw.h>
#include <fts.h>
#include <glob.h>
#include <link.h>
#include <obstack.h>
#include <pthread.h>
#include <search.h>
#include <sys/stat.h>
#include <threads.h>
#include <ucontext.h>
#include <unistd.h>

static int calls;

/* What every callback does. Ranks call it equally often. */
static void meet(void)
{
    int out = check_rank, in = -1;
    MPI_Sendrecv(&out, 1, MPI_INT, (check_rank + 1) % check_size, 7, &in, 1, MPI_INT, (check_rank + check_size - 1) % check_size, 7,
                 MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    CHECK_EQUAL(in, (check_rank + check_size - 1) % check_size);
    calls++;
}

static void expect(const char *what, int expected)
{
    CHECK_VALUE(what, calls, expected);
    calls = 0;
    MPI_Barrier(MPI_COMM_WORLD);
}

/* ---- Sorting and searching ---- */

static int by_value(const void *a, const void *b)
{
    if (calls < 4)
        meet();
    return *(const int *)a - *(const int *)b;
}

static int by_key(const void *a, const void *b, void *sign) { return by_value(a, b) * *(int *)sign; }

static int nodes;

static void walked(const void *node, VISIT visit, int depth)
{
    (void)depth;
    if (visit == leaf || visit == postorder)
        nodes += **(int *const *)node;
    if (calls < 4)
        meet();
}

static void walked_with(const void *node, VISIT visit, void *sum)
{
    if (visit == leaf || visit == postorder)
        *(int *)sum += **(int *const *)node;
    if (calls < 4)
        meet();
}

static void freed(void *key)
{
    nodes -= *(int *)key;
    if (calls < 4)
        meet();
}

static void sort_and_search(void)
{
    int values[50], key = check_rank + 20, sign = -1, sum = 0;
    size_t count = 50;
    for (int i = 0; i < 50; i++)
        values[i] = check_rank + i * 7 % 50;
    qsort(values, 50, sizeof *values, by_value);
    expect("qsort", 4);
    for (int i = 0; i < 50; i++)
        CHECK_EQUAL(values[i], check_rank + i);
    CHECK(bsearch(&key, values, 50, sizeof *values, by_value) == &values[20]);
    expect("bsearch", 4);
    CHECK(lfind(&key, values, &count, sizeof *values, by_value) == &values[20]);
    expect("lfind", 4);
    qsort_r(values, 50, sizeof *values, by_key, &sign);
    expect("qsort_r", 4);
    for (int i = 0; i < 50; i++)
        CHECK_EQUAL(values[i], check_rank + 49 - i);
    count = 30;
    CHECK(lsearch(&key, values, &count, sizeof *values, by_value) == &values[29] && count == 30);
    expect("lsearch", 4);
    void *root = NULL;
    int numbers[20], total = 0;
    for (int i = 0; i < 20; i++) {
        total += numbers[i] = check_rank + i;
        tsearch(&numbers[i], &root, by_value);
    }
    expect("tsearch", 4);
    CHECK(tfind(&numbers[15], &root, by_value) != NULL);
    calls = 0;
    twalk(root, walked);
    expect("twalk", 4);
    CHECK_EQUAL(nodes, total);
    twalk_r(root, walked_with, &sum);
    expect("twalk_r", 4);
    CHECK_EQUAL(sum, total);
    tdestroy(root, freed);
    expect("tdestroy", 4);
    CHECK_EQUAL(nodes, 0);
}

/* ---- Files: a/0, a/1, b/, link -> a ---- */

static char seen[256];

static void expect_seen(const char *what, const char *expected)
{
    if (strcmp(seen, expected) != 0)
        check_failed(__FILE__, __LINE__, "%s: %s, not %s", what, seen, expected);
    seen[0] = '\0';
    calls = 0;
    MPI_Barrier(MPI_COMM_WORLD);
}

static int downwards(const FTSENT **a, const FTSENT **b)
{
    meet();
    return strcmp((*b)->fts_name, (*a)->fts_name);
}

static int entry_seen(const char *path, const struct stat *status, int type)
{
    (void)path, (void)status, (void)type;
    meet();
    return 0;
}

static int place_seen(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)place;
    return entry_seen(path, status, type);
}

static int not_hidden(const struct dirent *entry)
{
    meet();
    return entry->d_name[0] != '.';
}

static int later_first(const struct dirent **a, const struct dirent **b)
{
    meet();
    return strcmp((*b)->d_name, (*a)->d_name);
}

static int cannot_open(const char *path, int error)
{
    CHECK_EQUAL(error, ENOTDIR);
    (void)path;
    meet();
    return 0;
}

static void *open_folder(const char *path)
{
    meet();
    if (strstr(path, "/b") != NULL) {
        errno = ELOOP;
        return NULL;
    }
    return opendir(path);
}

static struct dirent *read_folder(void *folder)
{
    return readdir(folder);
}

static void close_folder(void *folder)
{
    meet();
    closedir(folder);
}

static int unreadable(const char *path, int error)
{
    CHECK(error == ELOOP && strstr(path, "/b") != NULL);
    meet();
    return 5;
}

static void fts(char *folder)
{
    char *roots[] = {folder, NULL}, here[4096], there[4096];
    CHECK(getcwd(here, sizeof here) != NULL);
    FTS *walk = fts_open(roots, FTS_PHYSICAL, downwards);
    CHECK(walk != NULL);
    for (FTSENT *entry; (entry = fts_read(walk)) != NULL;) {
        struct stat status;
        int linked = strcmp(entry->fts_name, "link") == 0 && entry->fts_info != FTS_SL;
        CHECK((linked ? stat : lstat)(entry->fts_accpath, &status) == 0 && status.st_ino == entry->fts_statp->st_ino);
        if (entry->fts_info == FTS_D && strcmp(entry->fts_name, "b") == 0)
            fts_set(walk, entry, FTS_SKIP);
        if (entry->fts_info == FTS_SL)
            fts_set(walk, entry, FTS_FOLLOW);
        if (entry->fts_info == FTS_D && strcmp(entry->fts_name, "a") == 0)
            CHECK(strcmp(fts_children(walk, FTS_NAMEONLY)->fts_name, "1") == 0);
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%d%s%d ", entry->fts_info,
                 entry->fts_level == 0 ? "." : entry->fts_path + strlen(folder), entry->fts_level);
    }
    CHECK_EQUAL(errno, 0);
    CHECK_EQUAL(fts_close(walk), 0);
    CHECK(getcwd(there, sizeof there) != NULL && strcmp(here, there) == 0);
    expect_seen("fts", "1.0 12/link1 1/link1 8/link/12 8/link/02 6/link1 1/b1 6/b1 1/a1 8/a/12 8/a/02 6/a1 6.0 ");

    walk = fts_open(roots, FTS_LOGICAL | FTS_NOSTAT, NULL);
    int files = 0;
    for (FTSENT *entry; (entry = fts_read(walk)) != NULL;)
        files += entry->fts_info == FTS_F;
    CHECK_EQUAL(files, 4);
    CHECK_EQUAL(fts_close(walk), 0);
    roots[0] = "/nowhere at all";
    walk = fts_open(roots, FTS_PHYSICAL, NULL);
    FTSENT *missing = fts_read(walk);
    CHECK(missing != NULL && missing->fts_info == FTS_NS && missing->fts_errno == ENOENT && fts_read(walk) == NULL);
    fts_close(walk);
    /* Left in the middle. */
    roots[0] = folder;
    walk = fts_open(roots, FTS_PHYSICAL, NULL);
    for (int i = 0; i < 3; i++)
        CHECK(fts_read(walk) != NULL);
    CHECK_EQUAL(fts_close(walk), 0);
    CHECK(getcwd(there, sizeof there) != NULL && strcmp(here, there) == 0);
    roots[0] = "";
    CHECK(fts_open(roots, FTS_PHYSICAL, NULL) == NULL && errno == ENOENT);
}

static void found(const char *what, const char *pattern, int flags, const char *expected)
{
    glob_t all = {0};
    int result = glob(pattern, flags, cannot_open, &all);
    for (size_t i = 0; i < all.gl_pathc; i++)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%s ", all.gl_pathv[i]);
    if (result != 0)
        snprintf(seen, sizeof seen, "result %d", result);
    globfree(&all);
    expect_seen(what, expected);
}

static void globs(const char *folder)
{
    char pattern[200];
    glob_t all = {.gl_opendir = open_folder, .gl_readdir = (void *)read_folder, .gl_closedir = close_folder,
                  .gl_lstat = (void *)lstat, .gl_stat = (void *)stat};
    snprintf(pattern, sizeof pattern, "%s/*/[0-9]", folder);
    CHECK_EQUAL(glob(pattern, GLOB_ALTDIRFUNC, unreadable, &all), GLOB_ABORTED);
    globfree(&all);
    calls = 0;
    CHECK_EQUAL(chdir(folder), 0);
    found("glob *", "*", GLOB_MARK, "a/ b/ link/ ");
    found("glob */*", "*/*", 0, "a/0 a/1 link/0 link/1 ");
    found("glob braces", "{b,a/{1,x,0},?*k}", GLOB_BRACE, "b a/1 a/0 link ");
    found("glob no match", "x*", 0, "result 3");
    found("glob itself", "x*", GLOB_NOCHECK, "x* ");
    found("glob plain", "x", GLOB_NOMAGIC, "x ");
    found("glob hidden", ".*", GLOB_PERIOD, ". .. ");
    found("glob escaped", "\\a/[!1]", 0, "a/0 ");
    found("glob folders", "[ab]/", 0, "a/ b/ ");
    found("glob root", "/", 0, "/ ");
    found("glob empty braces", "{}", GLOB_BRACE | GLOB_NOCHECK, "{} ");
    found("glob unclosed", "{a,b", GLOB_BRACE | GLOB_NOCHECK, "{a,b ");
    found("glob unknown user", "~no such user/a", GLOB_TILDE_CHECK, "result 3");
    CHECK_EQUAL(chdir("/"), 0);
}

static void files(void)
{
    char folder[] = "/tmp/flotilla-callbacks-XXXXXX", path[100];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/a", folder), mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/b", folder), mkdir(path, 0777);
    snprintf(path, sizeof path, "%s/link", folder);
    CHECK_EQUAL(symlink("a", path), 0);
    snprintf(path, sizeof path, "%s/a/0", folder), fclose(fopen(path, "w"));
    snprintf(path, sizeof path, "%s/a/1", folder), fclose(fopen(path, "w"));
    MPI_Barrier(MPI_COMM_WORLD);

    CHECK_EQUAL(ftw(folder, entry_seen, 5), 0);
    expect("ftw", 5); /* A folder and a link to it are visited once. */
    CHECK_EQUAL(nftw(folder, place_seen, 5, FTW_PHYS | FTW_DEPTH | FTW_CHDIR), 0);
    expect("nftw", 6);
    struct dirent **names;
    CHECK_EQUAL(scandir(folder, &names, not_hidden, NULL), 3);
    expect("scandir's selection", 5);
    CHECK_EQUAL(scandir(folder, &names, NULL, later_first), 5);
    CHECK(strcmp(names[0]->d_name, "link") == 0 && strcmp(names[4]->d_name, ".") == 0);
    calls = 0;
    MPI_Barrier(MPI_COMM_WORLD);
    fts(folder);
    globs(folder);

    const char *leave[] = {"a/0", "a/1", "a", "b", "link", ""};
    for (int i = 0; i < 6; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, leave[i]);
        CHECK_EQUAL(remove(path), 0);
    }
}

/* ---- Memory, streams, images ---- */

static void *chunk(size_t size)
{
    meet();
    return malloc(size);
}

static void no_chunk(void *block)
{
    meet();
    free(block);
}

#define obstack_chunk_alloc chunk
#define obstack_chunk_free no_chunk

static ssize_t written(void *cookie, const char *data, size_t size)
{
    meet();
    memcpy(*(char **)cookie, data, size);
    *(char **)cookie += size;
    return (ssize_t)size;
}

static int closed(void *cookie)
{
    meet();
    **(char **)cookie = '\0';
    return 0;
}

static int image(struct dl_phdr_info *info, size_t size, void *count)
{
    CHECK(size >= sizeof *info && info->dlpi_phnum > 0);
    if (++*(int *)count <= 2)
        meet();
    return 0;
}

static void program_name(void)
{
    meet();
    fprintf(stderr, "callbacks: ");
}

static void memory_and_streams(void)
{
    struct obstack stack;
    obstack_init(&stack);
    obstack_grow(&stack, "abc", 3);
    CHECK(obstack_alloc(&stack, 100000) != NULL);
    obstack_free(&stack, NULL);
    expect("obstack", 4);

    char text[64], *end = text;
    cookie_io_functions_t functions = {.write = written, .close = closed};
    FILE *stream = fopencookie(&end, "w", functions);
    setvbuf(stream, NULL, _IOLBF, 64);
    fprintf(stream, "rank %d\n", check_rank);
    fclose(stream);
    expect("fopencookie", 2);
    CHECK_EQUAL(atoi(text + 5), check_rank);

    int images = 0;
    dl_iterate_phdr(image, &images);
    CHECK(images >= 2);
    expect("dl_iterate_phdr", 2);

    /* Its lines would not be the same with MPICH; the file is closed again. */
    FILE *before = stderr, *nothing = fopen("/dev/null", "w");
    stderr = nothing;
    error_print_progname = program_name;
    error(0, ENOENT, "a message");
    error_at_line(0, 0, __FILE__, __LINE__, "another");
    error_print_progname = NULL;
    stderr = before;
    fclose(nothing);
    expect("error", 2);
}

/* ---- Control ---- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static once_flag flag = ONCE_FLAG_INIT;
static ucontext_t here, there;

static void in_context(int a, int b)
{
    CHECK_EQUAL(a, check_rank);
    CHECK_EQUAL(b, 7);
    meet();
    swapcontext(&there, &here);
    meet();
}

static void control(void)
{
    for (int i = 0; i < 2; i++)
        pthread_once(&once, meet), call_once(&flag, meet);
    expect("once", 2);
    static char stack[65536];
    getcontext(&there);
    there.uc_stack.ss_sp = stack;
    there.uc_stack.ss_size = sizeof stack;
    there.uc_link = &here;
    makecontext(&there, (void (*)(void))in_context, 2, check_rank, 7);
    swapcontext(&here, &there);
    meet();
    swapcontext(&here, &there);
    expect("contexts", 3);
}

/* ---- The end: MPI until MPI_Finalize, which the last function calls ---- */

static void at_exit_first(void)
{
    interleave();
    if (check_failures != 0)
        _exit(1);
    MPI_Finalize();
}

static void at_exit_second(int status, void *argument)
{
    CHECK((status != 0) == (check_failures != 0) && argument == &calls);
    interleave();
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    sort_and_search();
    files();
    memory_and_streams();
    control();
    int all = 0;
    MPI_Allreduce(&check_failures, &all, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
    if (check_rank == 0)
        printf("callbacks: %d failures\n", all);
    atexit(at_exit_first);
    on_exit(at_exit_second, &calls);
    return all != 0;
}
