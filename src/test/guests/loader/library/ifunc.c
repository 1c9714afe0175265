static int added = 100;
static int add(int x) { return x + added; }

static int (*choose(void))(int)
{
    return add;
}
int library_chosen(int x) __attribute__((ifunc("choose")));

int library_calls_it(int x)
{
    return library_chosen(x);
}
