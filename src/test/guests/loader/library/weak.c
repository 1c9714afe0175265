int in_library(void) { return 77; }
int in_both(void) { return 2; }
int library_in_both(void) { return in_both(); }

int versioned_1(void) { return 1; }
int versioned_2(void) { return 2; }
__asm__(".symver versioned_1, versioned@VERSION_1");
__asm__(".symver versioned_2, versioned@@VERSION_2");
