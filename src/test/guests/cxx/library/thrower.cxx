#include <stdexcept>
#include <string>

void throw_from_library(int rank)
{
    throw std::out_of_range("library " + std::to_string(rank));
}

int call_back(int (*function)(int), int argument)
{
    return function(argument);
}
