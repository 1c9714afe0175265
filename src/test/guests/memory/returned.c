/* Every function of libc that answers memory which the program frees, or which another function of libc does, takes it of
 * the rank's own.
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing */
#define _GNU_SOURCE
#include <argz.h>
#include <dirent.h>
#include <envz.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <glob.h>
#include <ifaddrs.h>
#include <limits.h>
#include <malloc.h>
#include <net/if.h>
#include <netdb.h>
#include <obstack.h>
#include <sched.h>
#include <search.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>
#include <wordexp.h>

#include "own.h"

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free

static void family(void)
{
    void *block;
    CHECK_FREE(malloc(1));
    CHECK_FREE(malloc(0));
    CHECK_FREE(calloc(3, 5));
    CHECK_FREE(calloc(0, 5));
    CHECK_FREE(realloc(NULL, 100));
    CHECK_FREE(realloc(malloc(10), 10000000));
    CHECK_FREE(reallocarray(NULL, 10, 10));
    CHECK_EQUAL(posix_memalign(&block, 8, 10), 0);
    CHECK_FREE(block);
    CHECK_EQUAL(posix_memalign(&block, 1 << 20, 10), 0);
    CHECK_EQUAL((uintptr_t)block % (1 << 20), 0);
    CHECK_FREE(block);
    CHECK_FREE(aligned_alloc(64, 640));
    CHECK_FREE(memalign(128, 1));
    CHECK_FREE(valloc(5000));
    CHECK_FREE(pvalloc(5000));
    extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t),
        *__libc_memalign(size_t, size_t), *__libc_valloc(size_t), *__libc_pvalloc(size_t);
    extern void __libc_free(void *);
    CHECK_FREE(__libc_malloc(10));
    CHECK_FREE(__libc_calloc(10, 10));
    CHECK_FREE(__libc_realloc(__libc_malloc(3), 100));
    CHECK_FREE(__libc_memalign(64, 10));
    CHECK_FREE(__libc_valloc(10));
    CHECK_FREE(__libc_pvalloc(10));
    __libc_free(malloc(10));
    CHECK_EQUAL(mallopt(M_TRIM_THRESHOLD, 1 << 20), 1);
    struct mallinfo2 info = mallinfo2();
    CHECK(info.uordblks > 0);
    cpu_set_t *set = CPU_ALLOC(1000);
    CHECK_OWN(set);
    CPU_ZERO_S(CPU_ALLOC_SIZE(1000), set);
    CPU_FREE(set);
}

static char *print(const char *format, ...)
{
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    CHECK(vasprintf(&text, format, arguments) > 0);
    va_end(arguments);
    return text;
}

static void texts(void)
{
    char *text = NULL, *other = NULL;
    CHECK_FREE(strdup("text"));
    CHECK_FREE(strndup("text", 2));
    CHECK_FREE(wcsdup(L"text"));
    CHECK_EQUAL(asprintf(&text, "%d %s", check_rank, "text"), check_rank < 10 ? 6 : 7);
    CHECK_FREE(text);
    CHECK_FREE(print("%2000d", 4));

    wchar_t *wide = NULL;
    CHECK_EQUAL(sscanf("word [list] x", "%ms %m[^ ] %mc", &text, &other, &wide), 3);
    CHECK(strcmp(text, "word") == 0 && strcmp(other, "[list]") == 0);
    CHECK_FREE(text);
    CHECK_FREE(other);
    CHECK_FREE(wide);
    CHECK_EQUAL(sscanf("wide", "%mls", &wide), 1);
    CHECK(wcscmp(wide, L"wide") == 0);
    CHECK_FREE(wide);
    CHECK_EQUAL(swscanf(L"narrow", L"%ms", &text), 1);
    CHECK_FREE(text);
}

static void streams(void)
{
    char *line = NULL, *data = NULL;
    wchar_t *wide = NULL;
    size_t room = 0, size = 0;
    FILE *file = tmpfile();
    CHECK_OWN(file);
    fputs("a line\nanother, much longer than the first, so that the room for it must grow: 0123456789 0123456789 0123456789 "
          "0123456789\nparts;of;it\n", file);
    rewind(file);
    CHECK_EQUAL(getline(&line, &room, file), 7);
    CHECK(getline(&line, &room, file) > 100);
    CHECK_EQUAL(getdelim(&line, &room, ';', file), 6);
    CHECK_EQUAL(fscanf(file, "%ms", &data), 1);
    CHECK(strcmp(data, "of;it") == 0);
    CHECK_FREE(line);
    CHECK_FREE(data);
    fclose(file);

    file = open_memstream(&data, &size);
    CHECK_OWN(file);
    for (int i = 0; i < 1000; i++)
        fprintf(file, "%d ", i);
    fclose(file);
    CHECK_EQUAL(size, 3890);
    CHECK_FREE(data);
    file = open_wmemstream(&wide, &size);
    CHECK_OWN(file);
    fputws(L"wide", file);
    fclose(file);
    CHECK_FREE(wide);
    file = fmemopen(NULL, 100, "w+");
    CHECK_OWN(file);
    fclose(file);
    file = popen("echo out", "r");
    CHECK_OWN(file);
    CHECK_EQUAL(fscanf(file, "%ms", &data), 1);
    CHECK_EQUAL(pclose(file), 0);
    CHECK_FREE(data);
}

static int is_wanted(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void files(void)
{
    char folder[] = "/tmp/flotilla-returned-XXXXXX", path[PATH_MAX], here[PATH_MAX];
    CHECK_OWN(mkdtemp(folder));
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/file%d", folder, i);
        close(open(path, O_CREAT | O_WRONLY, 0600));
    }
    snprintf(path, sizeof path, "%s/../%s", folder, folder + 5);
    char *name = realpath(path, NULL);
    CHECK(strcmp(name, folder) == 0);
    CHECK_FREE(name);
    CHECK_FREE(canonicalize_file_name(path));
    CHECK(getcwd(here, sizeof here) == here);
    CHECK_FREE(getcwd(NULL, 0));
    CHECK_FREE(getcwd(NULL, PATH_MAX));
    CHECK_FREE(get_current_dir_name());
    CHECK_FREE(tempnam(folder, "name"));

    struct dirent **entries;
    int count = scandir(folder, &entries, is_wanted, alphasort);
    CHECK_EQUAL(count, 3);
    for (int i = 0; i < count; i++)
        CHECK_FREE(entries[i]);
    CHECK_FREE(entries);

    DIR *directory = opendir(folder);
    CHECK_OWN(directory);
    struct dirent *entry = readdir(directory), other, *end;
    CHECK_OWN(entry);
    long second = telldir(directory);
    CHECK_EQUAL(readdir_r(directory, &other, &end), 0);
    for (count = 2; readdir(directory) != NULL; count++)
        ;
    CHECK_EQUAL(count, 5);
    seekdir(directory, second);
    entry = readdir(directory);
    CHECK(strcmp(entry->d_name, other.d_name) == 0);
    rewinddir(directory);
    for (count = 0; readdir(directory) != NULL; count++)
        ;
    CHECK_EQUAL(count, 5);
    struct stat status, same;
    CHECK(fstat(dirfd(directory), &status) == 0 && stat(folder, &same) == 0 && status.st_ino == same.st_ino);
    CHECK_EQUAL(closedir(directory), 0);
    directory = fdopendir(open(folder, O_RDONLY));
    CHECK_OWN(directory);
    CHECK_EQUAL(closedir(directory), 0);
    int fd = open("/dev/null", O_RDONLY);
    errno = 0;
    CHECK(fdopendir(fd) == NULL && errno == ENOTDIR);
    close(fd);
    errno = 0;
    CHECK(opendir("/nowhere") == NULL && errno == ENOENT);

    glob_t found = {.gl_offs = 2};
    snprintf(path, sizeof path, "%s/file[12]", folder);
    CHECK_EQUAL(glob(path, GLOB_DOOFFS, NULL, &found), 0);
    snprintf(path, sizeof path, "%s/file0", folder);
    CHECK_EQUAL(glob(path, GLOB_DOOFFS | GLOB_APPEND, NULL, &found), 0);
    CHECK_EQUAL(glob("/nowhere/*", GLOB_DOOFFS | GLOB_APPEND, NULL, &found), GLOB_NOMATCH);
    CHECK_EQUAL(found.gl_pathc, 3);
    CHECK_OWN(found.gl_pathv);
    CHECK(found.gl_pathv[0] == NULL && found.gl_pathv[1] == NULL && found.gl_pathv[5] == NULL);
    CHECK_OWN(found.gl_pathv[2]);
    CHECK(strcmp(found.gl_pathv[4], path) == 0);
    globfree(&found);
    setenv("HOME", folder, 1);
    CHECK_EQUAL(glob("~/file*", GLOB_TILDE, NULL, &found), 0);
    CHECK_EQUAL(found.gl_pathc, 3);
    globfree(&found);

    wordexp_t words = {0}, none = {0};
    char rank[20];
    snprintf(rank, sizeof rank, "my rank %d", check_rank);
    setenv("MINE", rank, 1);
    CHECK_EQUAL(wordexp("one 'two and' three", &words, 0), 0);
    CHECK_EQUAL(words.we_wordc, 3);
    CHECK_OWN(words.we_wordv);
    CHECK_OWN(words.we_wordv[2]);
    CHECK_EQUAL(wordexp("\"$MINE\" $MINE $(echo $MINE)", &words, WRDE_APPEND), 0);
    CHECK_EQUAL(words.we_wordc, 10);
    CHECK(words.we_wordc == 10 && strcmp(words.we_wordv[3], rank) == 0 && strcmp(words.we_wordv[9], rank + 8) == 0);
    CHECK_EQUAL(wordexp("$(date)", &none, WRDE_NOCMD), WRDE_CMDSUB);
    CHECK_EQUAL(wordexp("a & b", &none, 0), WRDE_BADCHAR);
    CHECK_EQUAL(wordexp("$NOT_SET_AT_ALL", &none, WRDE_UNDEF), WRDE_BADVAL);
    CHECK_EQUAL(words.we_wordc, 10);
    wordfree(&words);

    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/file%d", folder, i);
        unlink(path);
    }
    rmdir(folder);
}

static void vectors(void)
{
    char *argz = NULL, *envz = NULL;
    size_t length, size = 0;
    unsigned replaced = 0;
    char *const arguments[] = {"prog", "-x", "file", NULL};
    CHECK_EQUAL(argz_create(arguments, &argz, &length), 0);
    CHECK_EQUAL(length, 13);
    CHECK_EQUAL(argz_add(&argz, &length, "last"), 0);
    CHECK_EQUAL(argz_add_sep(&argz, &length, "::a:bc::", ':'), 0);
    CHECK_EQUAL(argz_append(&argz, &length, "x\0y", 4), 0);
    CHECK_EQUAL(argz_count(argz, length), 9);
    CHECK_EQUAL(argz_insert(&argz, &length, argz + 6, "inserted"), 0);
    argz_delete(&argz, &length, argz);
    CHECK_EQUAL(argz_replace(&argz, &length, "e", "EEE", &replaced), 0);
    CHECK_EQUAL(replaced, 2);
    argz_stringify(argz, length, ' ');
    CHECK(strcmp(argz, "insEEErtEEEd -x filEEE last a bc  x y") == 0);
    CHECK_FREE(argz);
    CHECK_EQUAL(argz_create_sep("a b", ' ', &argz, &length), 0);
    CHECK_EQUAL(length, 4);
    argz_delete(&argz, &length, argz);
    argz_delete(&argz, &length, argz);
    CHECK(argz == NULL && length == 0);

    CHECK_EQUAL(envz_add(&envz, &size, "ONE", "1"), 0);
    CHECK_EQUAL(envz_add(&envz, &size, "TWO", "2"), 0);
    CHECK_EQUAL(envz_add(&envz, &size, "NONE", NULL), 0);
    CHECK_EQUAL(envz_merge(&envz, &size, "ONE=one\0THREE=3", 16, 0), 0);
    CHECK(strcmp(envz_get(envz, size, "ONE"), "1") == 0);
    CHECK_EQUAL(envz_merge(&envz, &size, "ONE=one\0THREE=3", 16, 1), 0);
    CHECK(strcmp(envz_get(envz, size, "ONE"), "one") == 0 && strcmp(envz_get(envz, size, "THREE"), "3") == 0);
    envz_remove(&envz, &size, "TWO");
    CHECK(envz_get(envz, size, "TWO") == NULL);
    envz_strip(&envz, &size);
    CHECK(envz_entry(envz, size, "NONE") == NULL);
    CHECK_FREE(envz);
}

static void network(void)
{
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_CANONNAME, .ai_socktype = SOCK_STREAM}, *list;
    CHECK_EQUAL(getaddrinfo("127.0.0.1", "80", &hints, &list), 0);
    CHECK_OWN(list);
    CHECK_OWN(list->ai_addr);
    CHECK_OWN(list->ai_canonname);
    CHECK(list->ai_next == NULL && list->ai_family == AF_INET && strcmp(list->ai_canonname, "127.0.0.1") == 0);
    freeaddrinfo(list);
    CHECK_EQUAL(getaddrinfo("not numeric", NULL, &hints, &list), EAI_NONAME);
    struct ifaddrs *interfaces;
    CHECK_EQUAL(getifaddrs(&interfaces), 0);
    for (const struct ifaddrs *each = interfaces; each != NULL; each = each->ifa_next) {
        CHECK_OWN(each);
        CHECK_OWN(each->ifa_name);
        CHECK(if_nametoindex(each->ifa_name) != 0);
        if (each->ifa_addr != NULL)
            CHECK_OWN(each->ifa_addr);
    }
    freeifaddrs(interfaces);
    struct if_nameindex *names = if_nameindex();
    CHECK_OWN(names);
    for (const struct if_nameindex *each = names; each->if_index != 0; each++)
        CHECK_EQUAL(if_nametoindex(each->if_name), each->if_index);
    if_freenameindex(names);
}

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void others(void)
{
    void *root = NULL;
    CHECK_OWN(tsearch("key", &root, compare));
    tdelete("key", &root, compare);
    struct hsearch_data table = {0};
    CHECK(hcreate_r(100, &table));
    CHECK_OWN(table.table);
    hdestroy_r(&table);

    struct obstack stack;
    obstack_init(&stack);
    char *first = obstack_copy0(&stack, "first", 5);
    CHECK_OWN(first);
    for (int i = 0; i < 3000; i++)
        obstack_int_grow(&stack, i);
    int *numbers = obstack_finish(&stack);
    CHECK(is_own(numbers) && numbers[0] == 0 && numbers[2999] == 2999);
    CHECK(obstack_memory_used(&stack) > 12000);
    obstack_free(&stack, numbers);
    obstack_printf(&stack, "%s %d", "text", 5);
    obstack_1grow(&stack, '\0');
    CHECK(strcmp(obstack_finish(&stack), "text 5") == 0 && strcmp(first, "first") == 0);
    obstack_free(&stack, NULL);

    void *frames[20];
    int count = backtrace(frames, 20);
    CHECK(count >= 2 && (char *)frames[0] > (char *)others && (char *)frames[0] < (char *)others + 4096);
    char **lines = backtrace_symbols(frames, count);
    CHECK(strstr(lines[0], "program(") != NULL || strstr(lines[0], "/m(") != NULL || strstr(lines[0], "/f(") != NULL);
    CHECK_FREE(lines);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    void (*const parts[])(void) = {family, texts, streams, files, vectors, network, others};
    for (int i = 0; i < 7; i++) {
        parts[(i + check_rank) % 7]();
        MPI_Barrier(MPI_COMM_WORLD);
    }
    return finish("returned");
}
