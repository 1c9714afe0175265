/* What the files of the program share (main.c). */
#include <flotilla_scope.h>

extern int count;
extern const char *const *names;
extern flotilla_scope(node) int all_steps;
extern int left_shared;
extern const int limit;

int *address_of_count(void);
void step(void);
int hidden(int add);
