/* A library with globals of its own, and with one of the program's. Compiled with --privatize=swap. */
int library_global = 900;
int *library_pointer = &library_global;
int library_calls = 100;
extern int for_library;

int *library_address(void) { return &library_global; }
int library_next(void) { return ++library_calls; }
int *library_sees(void) { return &for_library; }
