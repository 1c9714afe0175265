__thread int library_counter = 500;
static __thread int hidden[3] = {1, 2, 3};

int library_next(void)
{
    hidden[1]++;
    return ++library_counter + hidden[0] - 1;
}

int *library_address(void)
{
    return &library_counter;
}
