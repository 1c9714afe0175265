/* A variable that differs between ranks, and one that doesn't. */
static int hidden = 5;
int library_open = 6;

int library_next(int add)
{
    return hidden += add;
}
