static int total;

int inner_total(int add)
{
    return total += add;
}
