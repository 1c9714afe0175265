/* system and popen: the child's signals are those of an ordinary process, and so is its environment. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

int main(void) {
    char line[200];
    setenv("FLOTILLA_SHELL", "from the rank", 1);
    FILE *pipe = popen("echo $FLOTILLA_SHELL; exit 3", "r");
    while (fgets(line, sizeof line, pipe) != NULL) printf("read %s", line);
    printf("pclose %d\n", WEXITSTATUS(pclose(pipe)));
    printf("exit %d\n", WEXITSTATUS(system("exit 5")));
    pipe = popen("grep SigBlk /proc/self/status", "r");
    while (fgets(line, sizeof line, pipe) != NULL) printf("%s", line);
    pclose(pipe);
    printf("killed %d\n", WEXITSTATUS(system("sh -c 'kill -TERM $$'")));
    printf("shell %d\n", system(NULL) != 0);
    return 0;
}
