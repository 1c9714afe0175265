int inner_total(int add);

int outer_visible = 4321;
static int constructed;

__attribute__((constructor)) static void construct(void)
{
    constructed = 1000;
}

const char *replaceable(void)
{
    return "the library's";
}

const char *outer_greeting(void)
{
    return replaceable();
}

int outer_count(void)
{
    static int count;
    return constructed + ++count;
}

int *outer_address(void)
{
    return &outer_visible;
}

int outer_calls_inner(int add)
{
    return inner_total(add);
}
