/* Pages that hold something, for ranks that are on their way to another process. */
#include <stdint.h>

#define EXPORT __attribute__((visibility("default")))
#define PAGE 4096

/* Mirrored in flotilla.memory.PageRuns. */
struct run {
    uintptr_t start;
    uint64_t bytes;
};

static int is_zero(const uint64_t *page) {
    /* Most pages that are not zero show that in their first words. */
    for (int i = 0; i < PAGE / 8; i += 8) {
        uint64_t words = 0;
        for (int j = 0; j < 8; j++) words |= page[i + j];
        if (words != 0) return 0;
    }
    return 1;
}

/*
 * Writes the parts of runs of readable pages that are not zero, and answers how many; when they are more than there is room for,
 * the last one goes to the end of its run, and what follows is as it was given, as far as that has room: -1 if it has not.
 */
EXPORT int64_t flotilla_nonzero_runs(const struct run *given, int64_t count, struct run *found, int64_t room) {
    int64_t runs = 0;
    for (int64_t i = 0; i < count; i++) {
        uintptr_t end = given[i].start + given[i].bytes;
        /* Ends where nothing is gained by cutting: each given run that is left needs room. */
        int64_t spare = room - (count - i);
        uintptr_t page = given[i].start;
        while (page < end) {
            while (page < end && is_zero((const uint64_t *)page)) page += PAGE;
            if (page == end) break;
            uintptr_t start = page;
            if (runs >= spare) {
                page = end;
            } else {
                while (page < end && !is_zero((const uint64_t *)page)) page += PAGE;
            }
            if (runs == room) return -1;
            found[runs++] = (struct run){start, page - start};
        }
    }
    return runs;
}
