/* A header of the program: types, extern declarations, functions with statics, macros that use variables. */
#ifndef GRID_H
#define GRID_H

#include <stddef.h>

typedef double real;

struct point {
    real x, y;
};

enum phase { IDLE, BUSY, DONE };

extern int rank, size;            /* in MPI_COMM_WORLD */
extern struct point origin;
extern real weights[];
extern enum phase phase;
extern const char *title;

/* One source defines what the others only declare. */
#ifndef GLOBAL
#define GLOBAL extern
#endif
GLOBAL int everywhere;            /* in all sources */
GLOBAL struct point middle, *middles[2];

/* Every source that includes this has a counter of its own. */
static int touched = 5;
static struct point last_point = {0.5, 0.25};

static inline int touch(void)
{
    static int calls;
    touched++;
    last_point.x += rank;
    return ++calls;
}

#define RANK_PLUS(n) (rank + (n))
#define ADVANCE() advance(1)
#define WEIGHT(i) weights[i]

int advance(int steps);
size_t number_of_weights(void);
int grid_touched(void);
int log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
void set_hook(int (*hook)(int rank));
int call_hook(int argument);

#endif
