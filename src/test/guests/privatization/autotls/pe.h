/* Of which each PE has one: declared here, defined in pepart.c. */
#include <flotilla_scope.h>

struct visits {
    long count, last;
};

#ifdef __cplusplus
extern "C" {
#endif
flotilla_scope(pe) extern struct visits visits;
void visit(int rank);
#ifdef __cplusplus
}
#endif
