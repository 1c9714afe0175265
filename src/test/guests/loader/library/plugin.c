int program_callback(int x);
void program_plugin_gone(int count);

int plugin_constructed;
static int count;
static __thread int thread_count;

__attribute__((constructor)) static void enter(void)
{
    plugin_constructed++;
}

__attribute__((destructor)) static void leave(void)
{
    program_plugin_gone(1);
}

int plugin_next(void)
{
    thread_count++;
    return ++count + thread_count;
}

int plugin_through_program(int x)
{
    return program_callback(x);
}
