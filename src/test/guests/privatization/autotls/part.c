#include "part.h"

static const char *const texts[] = {"zero", "one"};

int count = 10;
const char *const *names = texts;
flotilla_scope(node) int all_steps;
int left_shared;
const int limit = 99;
static int kept;

int *address_of_count(void)
{
    return &count;
}

void step(void)
{
    __atomic_add_fetch(&all_steps, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&left_shared, 1, __ATOMIC_RELAXED);
    count++;
}

int hidden(int add)
{
    return __atomic_add_fetch(&kept, add, __ATOMIC_RELAXED);
}
