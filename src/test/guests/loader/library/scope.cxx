// A plugin with a variable of an inline function, a thread-local variable, and a weak one that nobody defines.
inline int &only()
{
    static int variable = 40;
    return variable;
}

extern "C" {
__thread int own = 10 * BY;
extern __thread int absent __attribute__((weak));

void *address_of_only() { return &only(); }
void *address_of_own() { return &own; }
void *address_of_absent() { return &absent; }
}
