/* The second source: variables that both use, file statics with names that main.c has, too. */
#define GLOBAL
#include "grid.h"
#include <stdarg.h>
#include <stdio.h>

int rank, size = -1;
struct point origin = {.x = 1, .y = 2};
real weights[] = {1, 2, 3.5, 4};
enum phase phase = BUSY;
const char *title = "grid";

static int counter = 100;          /* main.c has a counter of its own */
static char buffer[80];
static int (*hook)(int);

/* Tentative definitions, more than one. */
static int tentative;
static int tentative;

int advance(int steps)
{
    static int counter = 7;        /* hides the file's */
    counter += steps;
    touch();
    return counter * 1000 + ++tentative;
}

size_t number_of_weights(void)
{
    counter++;
    return sizeof weights / sizeof *weights;
}

int grid_touched(void)
{
    middles[1]->y += everywhere;
    return touched * 100 + touch() + (counter - 100) * 10000;
}

int log_line(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    for (int i = 0; i < size; i++)
        if (i == rank)
            printf("[%d] %s\n", rank, buffer);
    return length;
}

void set_hook(int (*new_hook)(int))
{
    hook = new_hook;
}

int call_hook(int argument)
{
    return hook ? hook(argument) : -1;
}
