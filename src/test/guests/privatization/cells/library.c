/* A shared object of the program's, with a variable. */
#ifndef TAG
#define TAG
#endif

TAG int in_library = -1;

int *of_library(void)
{
    return &in_library;
}
