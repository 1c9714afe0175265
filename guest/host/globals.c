/* The switch of method swap: what the Global Offset Table holds for the rank that is about to run. */
#include <stdint.h>
#include <string.h>

/* Neighbouring words that are swapped. Mirrored in flotilla.image.GlobalCopies. */
struct run {
    unsigned char *to;
    uint64_t bytes;
};

/* Bytes up to which a call of memcpy takes longer than a loop: constants between variables make short runs of the table. */
enum { LONG_RUN = 64 };

/* Copies a rank's words, which lie one behind the other, to where the runs are. */
__attribute__((visibility("default"))) void flotilla_swap_words(const struct run *run, const struct run *end, const unsigned char *from) {
    for (; run != end; run++) {
        if (run->bytes > LONG_RUN) {
            memcpy(run->to, from, run->bytes);
        } else {
            for (uint64_t i = 0; i < run->bytes; i += sizeof(uint64_t)) memcpy(run->to + i, from + i, sizeof(uint64_t));
        }
        from += run->bytes;
    }
}
