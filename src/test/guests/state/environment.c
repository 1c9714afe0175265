/*
 * The environment is the rank's: getenv, setenv, putenv, unsetenv, clearenv, environ itself, and what children get.
 *
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#define _GNU_SOURCE
#include "../support/interleave.h"
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char put[] = "FLOTILLA_PUT=00";
    char number[16], command[128];
    start(&argc, &argv);
    CHECK(getenv("PATH") != NULL && getenv("FLOTILLA_RANK_SET") == NULL);
    sprintf(number, "%d", check_rank);
    CHECK_EQUAL(setenv("FLOTILLA_RANK_SET", number, 1), 0);
    const char *kept = getenv("FLOTILLA_RANK_SET");
    interleave();
    CHECK(kept == getenv("FLOTILLA_RANK_SET") && strcmp(kept, number) == 0);
    CHECK_EQUAL(setenv("FLOTILLA_RANK_SET", "other", 0), 0);
    CHECK_EQUAL(putenv(put), 0);
    sprintf(strchr(put, '=') + 1, "%02d", check_rank % 100);
    if (check_rank % 2)
        CHECK_EQUAL(unsetenv("FLOTILLA_RANK_SET"), 0);
    interleave();
    CHECK(check_rank % 2 ? getenv("FLOTILLA_RANK_SET") == NULL : strcmp(getenv("FLOTILLA_RANK_SET"), number) == 0);
    CHECK_EQUAL(atoi(getenv("FLOTILLA_PUT")), check_rank % 100);
    CHECK(getenv("FLOTILLA_PUT") == strchr(put, '=') + 1);
    int entries = 0;
    for (char **entry = environ; *entry != NULL; entry++)
        entries += strncmp(*entry, "FLOTILLA_PUT=", 13) == 0 || strncmp(*entry, "FLOTILLA_RANK_SET=", 18) == 0;
    CHECK_EQUAL(entries, check_rank % 2 ? 1 : 2);
    sprintf(command, "test \"$FLOTILLA_PUT\" = %02d", check_rank % 100);
    CHECK_EQUAL(system(command), 0);
    /* A child finds programs by the rank's PATH. */
    char path[128];
    char template[] = "/tmp/flotilla-environment-XXXXXX";
    CHECK(mkdtemp(template) != NULL);
    sprintf(path, "%s/flotilla-own-command", template);
    FILE *script = fopen(path, "w");
    fprintf(script, "#!/bin/sh\nexit %d\n", 10 + check_rank % 4);
    fclose(script);
    chmod(path, 0700);
    setenv("PATH", template, 1);
    interleave();
    pid_t child = fork();
    if (child == 0) {
        execlp("flotilla-own-command", "flotilla-own-command", (char *)NULL);
        _exit(127);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK_EQUAL(WEXITSTATUS(status), 10 + check_rank % 4);
    unlink(path);
    rmdir(template);
    if (check_rank % 2 == 0) {
        CHECK_EQUAL(clearenv(), 0);
        CHECK(getenv("PATH") == NULL);
        setenv("FLOTILLA_AGAIN", number, 1);
    }
    interleave();
    if (check_rank % 2 == 0) {
        CHECK(strcmp(environ[0] + 15, number) == 0 && environ[1] == NULL);
    } else {
        CHECK(strcmp(getenv("PATH"), template) == 0 && getenv("FLOTILLA_AGAIN") == NULL);
        char *own[] = {(char *)"ONLY=this", NULL}, **old = environ;
        environ = own;
        interleave();
        CHECK(strcmp(getenv("ONLY"), "this") == 0 && getenv("PATH") == NULL);
        environ = old;
    }
    if (check_rank % 2 == 0)
        interleave();
    return finish("environment");
}
