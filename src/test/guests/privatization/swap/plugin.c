/* Opened by each rank for itself: sees that rank's variables of the program. */
extern int zero;
int *plugin_pointer = &zero;

int plugin_reads(void) { return *plugin_pointer; }
int *plugin_address(void) { return &zero; }
