int plugged(int rank)
{
    int doubled = 2 * rank;
    return doubled;
}
