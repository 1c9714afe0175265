/* Compiled once per TLS model, with its functions prefixed. */
#define PASTE_(a, b) a##_##b
#define PASTE(a, b) PASTE_(a, b)
#define NAME(name) PASTE(PREFIX, name)

__thread long NAME(visible) = 100;
static __thread int hidden = 40;
static __thread int zero[20];

long NAME(bump)(void)
{
    return ++NAME(visible) + hidden;
}

long NAME(zero)(int add)
{
    return zero[7] += add;
}

void *NAME(address)(void)
{
    return &NAME(visible);
}
