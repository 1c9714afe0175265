#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef NEEDS
char *order_log(void);
void high_here(void) {}
#else
char *order_log(void)
{
    static char log[200];
    return log;
}
#endif

#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

__attribute__((constructor)) static void enter(void)
{
    strcat(order_log(), TEXT(WHO) " ");
}

__attribute__((destructor)) static void leave(void)
{
    printf("rank %s: destructor of %s\n", getenv("ORDER_RANK"), TEXT(WHO));
    fflush(stdout);
}
