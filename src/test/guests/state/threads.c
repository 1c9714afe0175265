/*
 * Threads of a rank share its working directory, umask and locale; what uselocale chooses is the thread's alone.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 * test: flags -pthread
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <ctype.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wctype.h>

static char start_folder[PATH_MAX];
static pthread_barrier_t barrier;

static void *in_thread(void *argument)
{
    char folder[PATH_MAX];
    int number = *(int *)argument;
    CHECK(getcwd(folder, sizeof folder) != NULL && strcmp(folder, "/usr") == 0);
    CHECK_EQUAL(MB_CUR_MAX, check_rank % 2 ? 6 : 1);
    /* One has a locale of its own. */
    locale_t own = newlocale(LC_ALL_MASK, number == 0 ? "C.UTF-8" : "C", NULL);
    CHECK(uselocale(own) == LC_GLOBAL_LOCALE);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < 50; i++) {
        CHECK_EQUAL(MB_CUR_MAX, number == 0 ? 6 : 1);
        CHECK_EQUAL(towupper(0xe9), number == 0 ? 0xc9 : 0xe9);
        CHECK(isalpha('x') && toupper('x') == 'X');
        time_t time = 1700000000 + i;
        struct tm date;
        CHECK(localtime_r(&time, &date) != NULL && mktime(&date) == time);
    }
    pthread_barrier_wait(&barrier);
    CHECK(uselocale(LC_GLOBAL_LOCALE) == own);
    freelocale(own);
    CHECK_EQUAL(MB_CUR_MAX, check_rank % 2 ? 6 : 1);
    pthread_barrier_wait(&barrier);
    /* The other moves the whole rank. */
    if (number == 1) {
        CHECK_EQUAL(chdir("/"), 0);
        umask((mode_t)(020 | (check_rank & 7)));
        CHECK(getcwd(folder, sizeof folder) != NULL && strcmp(folder, "/") == 0);
        CHECK(setlocale(LC_ALL, check_rank % 2 ? "C" : "C.UTF-8") != NULL);
        CHECK_EQUAL(MB_CUR_MAX, check_rank % 2 ? 1 : 6);
    }
    pthread_barrier_wait(&barrier);
    return NULL;
}

int main(int argc, char **argv)
{
    static int numbers[2] = {0, 1};
    pthread_t threads[2];
    char folder[PATH_MAX];
    start(&argc, &argv);
    CHECK(getcwd(start_folder, sizeof start_folder) != NULL);
    CHECK_EQUAL(chdir("/usr"), 0);
    setlocale(LC_ALL, check_rank % 2 ? "C.UTF-8" : "C");
    setenv("TZ", check_rank % 2 ? "Europe/Berlin" : "America/New_York", 1);
    tzset();
    interleave();
    pthread_barrier_init(&barrier, NULL, 2);
    for (int i = 0; i < 2; i++)
        CHECK_EQUAL(pthread_create(&threads[i], NULL, in_thread, &numbers[i]), 0);
    for (int i = 0; i < 2; i++)
        CHECK_EQUAL(pthread_join(threads[i], NULL), 0);
    interleave();
    CHECK(getcwd(folder, sizeof folder) != NULL && strcmp(folder, "/") == 0);
    CHECK_EQUAL(umask(022), 020 | (check_rank & 7));
    CHECK_EQUAL(MB_CUR_MAX, check_rank % 2 ? 1 : 6);
    CHECK_EQUAL(chdir(start_folder), 0);
    interleave();
    CHECK(getcwd(folder, sizeof folder) != NULL && strcmp(folder, start_folder) == 0);
    return finish("threads");
}
