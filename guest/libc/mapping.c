/*
 * mmap and its kin, brk and shmat: memory that a rank asks of the kernel lies in the map region of its slot.
 *
 * The free parts of the region are a list of ranges in falling order of address; an allocation takes the end of the
 * first one that is large enough, so the region fills downwards from its end. The first quarter belongs to the host, for
 * images that are opened and for data of calls under way.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "fd.h"
#include "flotilla.h"
#include "heap.h"
#include "lock.h"
#include "names.h"

extern void *flotilla_host_mmap64(void *, size_t, int, int, int, off64_t);
extern int flotilla_host_munmap(void *, size_t);
extern void *flotilla_host_mremap(void *, size_t, size_t, int, ...);
extern void *flotilla_host_shmat(int, const void *, int);
extern int flotilla_host_shmdt(const void *);
extern int flotilla_host_shmctl(int, int, struct shmid_ds *);

#define PAGE ((size_t)4096)

struct range {
    uintptr_t start, end;
    struct range *lower;
};

/* Held by the public functions; taken before the heap's, never after it. */
FLOTILLA_FORK_LOCK(lock);

static struct range *free_ranges;
static uintptr_t region_start, region_end;

static void *fail(int error) {
    errno = error;
    return MAP_FAILED;
}

static size_t whole_pages(size_t size) {
    return size > SIZE_MAX - PAGE ? 0 : (size + PAGE - 1) & -PAGE;
}

static bool start_region(void) {
    if (region_end != 0) return true;
    struct range *all = flotilla_malloc(sizeof *all);
    if (all == NULL) return false;
    region_start = (flotilla_control->map_base + flotilla_control->map_size / 4 + PAGE - 1) & -PAGE;
    region_end = (flotilla_control->map_base + flotilla_control->map_size) & -PAGE;
    *all = (struct range){region_start, region_end, NULL};
    free_ranges = all;
    return true;
}

/* Takes a range out of the free ones; what is not free in it stays as it is. Answers false without memory. */
static bool take(uintptr_t start, uintptr_t end) {
    for (struct range **link = &free_ranges, *range; (range = *link) != NULL;) {
        if (range->end <= start) return true;
        if (range->start >= end) {
            link = &range->lower;
            continue;
        }
        if (range->start < start && range->end > end) {
            struct range *below = flotilla_malloc(sizeof *below);
            if (below == NULL) return false;
            *below = (struct range){range->start, start, range->lower};
            range->start = end;
            range->lower = below;
            return true;
        }
        if (range->end > end) {
            range->start = end;
            link = &range->lower;
        } else if (range->start < start) {
            range->end = start;
            return true;
        } else {
            *link = range->lower;
            flotilla_free(range);
        }
    }
    return true;
}

/* Adds a range to the free ones. Without memory for that it stays unused for good. */
static void give_back(uintptr_t start, uintptr_t end) {
    if (start < region_start) start = region_start;
    if (end > region_end) end = region_end;
    if (start >= end || !take(start, end)) return;
    struct range **link = &free_ranges;
    while (*link != NULL && (*link)->start > end) link = &(*link)->lower;
    struct range *range = *link;
    if (range != NULL && range->start == end) {
        range->start = start;
    } else if (range != NULL && range->end == start) {
        range->end = end;
        return;
    } else {
        struct range *added = flotilla_malloc(sizeof *added);
        if (added == NULL) return;
        *added = (struct range){start, end, range};
        *link = added;
        return;
    }
    struct range *lower = range->lower;
    if (lower != NULL && lower->end == range->start) {
        range->start = lower->start;
        range->lower = lower->lower;
        flotilla_free(lower);
    }
}

static bool is_free(uintptr_t start, uintptr_t end) {
    for (const struct range *range = free_ranges; range != NULL; range = range->lower) {
        if (start >= range->start && end <= range->end) return true;
    }
    return false;
}

/* Address of a free range of whole pages, now taken, or 0. */
static uintptr_t allocate(size_t size, size_t alignment) {
    if (!start_region()) return 0;
    for (struct range *range = free_ranges; range != NULL; range = range->lower) {
        if (range->end - range->start < size) continue;
        uintptr_t start = (range->end - size) & -alignment;
        if (start < range->start) continue;
        return take(start, start + size) ? start : 0;
    }
    return 0;
}

/* ---- mmap ---- */

static void *map_fixed(void *address, size_t size, int protection, int flags, int fd, off64_t offset) {
    if (flotilla_in_slot(address)) {
        uintptr_t start = (uintptr_t)address;
        if (size > (start | (flotilla_control->slot_size - 1)) + 1 - start) return fail(ENOMEM);
        if (!start_region()) return fail(ENOMEM);
        void *answer = flotilla_host_mmap64(address, size, protection, flags, fd, offset);
        if (answer != MAP_FAILED) take(start, start + whole_pages(size));
        return answer;
    }
    if (flotilla_in_other_slot(address)) return fail(ENOMEM);
    /* Elsewhere only where nothing is: the process is not the rank's. */
    return flotilla_host_mmap64(address, size, protection, (flags & ~MAP_FIXED) | MAP_FIXED_NOREPLACE, fd, offset);
}

static size_t alignment_for(int flags) {
    if ((flags & MAP_HUGETLB) == 0) return PAGE;
    unsigned log = (unsigned)flags >> 26 & 63; /* MAP_HUGE_SHIFT */
    return (size_t)1 << (log == 0 ? 21 : log);
}

static void *map(void *address, size_t size, int protection, int flags, int fd, off64_t offset) {
    size_t pages = whole_pages(size);
    if (size == 0) return fail(EINVAL);
    /* The first two GiB of addresses belong to no slot. */
    if (pages == 0 || ((flags & MAP_32BIT) != 0 && (flags & MAP_FIXED) == 0)) return fail(ENOMEM);
    if ((flags & MAP_ANONYMOUS) == 0) {
        fd = flotilla_fd_host(fd);
        if (fd < 0) return MAP_FAILED;
    }
    if ((flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) != 0) {
        return map_fixed(address, size, protection, flags, fd, offset);
    }
    size_t alignment = alignment_for(flags);
    pages = (pages + alignment - 1) & -alignment;
    uintptr_t start = allocate(pages, alignment);
    if (start == 0) return fail(ENOMEM);
    void *answer = flotilla_host_mmap64((void *)start, size, protection, flags | MAP_FIXED, fd, offset);
    if (answer == MAP_FAILED) give_back(start, start + pages);
    return answer;
}

static bool may_unmap(uintptr_t start, size_t size) {
    const struct flotilla_control *control = flotilla_control;
    if (!flotilla_in_slot((const void *)start)) return !flotilla_in_other_slot((const void *)start);
    /* Of its slot a rank may unmap what it mapped, not its stack, its heap or its images. */
    return start >= control->map_base && start + size <= control->map_base + control->map_size;
}

static int unmap(void *address, size_t size) {
    uintptr_t start = (uintptr_t)address;
    size_t pages = whole_pages(size);
    if (size == 0 || (start & (PAGE - 1)) != 0 || pages == 0 || !may_unmap(start, pages)) {
        errno = EINVAL;
        return -1;
    }
    int result = flotilla_host_munmap(address, size);
    if (result == 0 && region_end != 0) give_back(start, start + pages);
    return result;
}

/* ---- mremap ---- */

static void *move(void *old, size_t old_pages, size_t new_pages, int flags, void *wanted) {
    uintptr_t target = (uintptr_t)wanted;
    if ((flags & MREMAP_FIXED) == 0) {
        target = allocate(new_pages, PAGE);
        if (target == 0) return fail(ENOMEM);
    } else if (!flotilla_in_slot(wanted)) {
        return fail(EINVAL);
    }
    void *answer = flotilla_host_mremap(old, old_pages, new_pages, flags | MREMAP_MAYMOVE | MREMAP_FIXED,
                                        (void *)target);
    if (answer == MAP_FAILED) {
        if ((flags & MREMAP_FIXED) == 0) give_back(target, target + new_pages);
        return answer;
    }
    if ((flags & MREMAP_FIXED) != 0) take(target, target + new_pages);
    if ((flags & MREMAP_DONTUNMAP) == 0) {
        give_back((uintptr_t)old, (uintptr_t)old + old_pages);
    }
    return answer;
}

static void *remap(void *old, size_t old_size, size_t new_size, int flags, void *wanted) {
    uintptr_t start = (uintptr_t)old;
    size_t old_pages = whole_pages(old_size), new_pages = whole_pages(new_size);
    if (new_size == 0 || new_pages == 0 || (start & (PAGE - 1)) != 0) return fail(EINVAL);
    if (!flotilla_in_slot(old)) return flotilla_host_mremap(old, old_size, new_size, flags, wanted);
    if (!start_region()) return fail(ENOMEM);
    if ((flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) != 0) return move(old, old_pages, new_pages, flags, wanted);
    if (new_pages <= old_pages) {
        if (new_pages < old_pages && unmap((char *)old + new_pages, old_pages - new_pages) != 0) {
            return MAP_FAILED;
        }
        return old;
    }
    uintptr_t end = start + old_pages, new_end = start + new_pages;
    if (is_free(end, new_end)) {
        void *answer = flotilla_host_mremap(old, old_pages, new_pages, 0);
        if (answer != MAP_FAILED) {
            take(end, new_end);
            return answer;
        }
    }
    if ((flags & MREMAP_MAYMOVE) == 0) return fail(ENOMEM);
    return move(old, old_pages, new_pages, 0, NULL);
}

void *flotilla_mmap(void *address, size_t size, int protection, int flags, int fd, off64_t offset) {
    flotilla_lock(&lock);
    void *answer = map(address, size, protection, flags, fd, offset);
    flotilla_unlock(&lock);
    return answer;
}

int flotilla_munmap(void *address, size_t size) {
    flotilla_lock(&lock);
    int result = unmap(address, size);
    flotilla_unlock(&lock);
    return result;
}

void *flotilla_mremap(void *old, size_t old_size, size_t new_size, int flags, ...) {
    void *wanted = NULL;
    if ((flags & MREMAP_FIXED) != 0) {
        va_list arguments;
        va_start(arguments, flags);
        wanted = va_arg(arguments, void *);
        va_end(arguments);
    }
    flotilla_lock(&lock);
    void *answer = remap(old, old_size, new_size, flags, wanted);
    flotilla_unlock(&lock);
    return answer;
}

/* ---- brk ---- */

#define BREAK_MOST ((size_t)1 << 30)

static uintptr_t break_start, break_end, break_now;

static bool start_break(void) {
    if (break_start != 0) return true;
    size_t size = flotilla_control->map_size / 8 < BREAK_MOST ? flotilla_control->map_size / 8 & -PAGE : BREAK_MOST;
    uintptr_t start = allocate(size, PAGE);
    if (start == 0) return false;
    break_start = break_now = start;
    break_end = start + size;
    return true;
}

static int set_break(uintptr_t wanted) {
    if (!start_break() || wanted < break_start || wanted > break_end) {
        errno = ENOMEM;
        return -1;
    }
    uintptr_t mapped = whole_pages(break_now), needed = whole_pages(wanted);
    if (needed > mapped) {
        if (flotilla_host_mmap64((void *)mapped, needed - mapped, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED) {
            return -1;
        }
    } else if (needed < mapped) {
        flotilla_host_munmap((void *)needed, mapped - needed);
    }
    break_now = wanted;
    return 0;
}

int flotilla_brk(void *address) {
    flotilla_lock(&lock);
    int result = set_break((uintptr_t)address);
    flotilla_unlock(&lock);
    return result;
}

void *flotilla_sbrk(intptr_t increment) {
    flotilla_lock(&lock);
    uintptr_t before = start_break() ? break_now : 0;
    bool done = before != 0 && (increment == 0 || set_break(before + (uintptr_t)increment) == 0);
    flotilla_unlock(&lock);
    if (before == 0) errno = ENOMEM;
    return done ? (void *)before : (void *)-1;
}

/* ---- System V shared memory: the segment is the system's, its address the rank's ---- */

/* Where segments are attached, for shmdt. */
struct attachment {
    uintptr_t start;
    size_t size;
    struct attachment *older;
};

static struct attachment *attachments;

static void *attach(int segment, const void *address, int flags) {
    struct shmid_ds status;
    if (flotilla_in_other_slot(address)) return fail(EINVAL);
    if (flotilla_host_shmctl(segment, IPC_STAT, &status) != 0 || !start_region()) return MAP_FAILED;
    size_t size = whole_pages(status.shm_segsz);
    uintptr_t start = address != NULL ? (uintptr_t)address & -(uintptr_t)SHMLBA : allocate(size, SHMLBA);
    struct attachment *attachment = flotilla_malloc(sizeof *attachment);
    void *answer = start == 0 || attachment == NULL ? fail(ENOMEM)
                                                    : flotilla_host_shmat(segment, address != NULL ? address : (void *)start, flags);
    if (answer == MAP_FAILED) {
        if (address == NULL && start != 0) give_back(start, start + size);
        flotilla_free(attachment);
        return answer;
    }
    if (address != NULL) take(start, start + size);
    *attachment = (struct attachment){start, size, attachments};
    attachments = attachment;
    return answer;
}

static int detach(const void *address) {
    int result = flotilla_host_shmdt(address);
    if (result != 0) return result;
    for (struct attachment **link = &attachments, *found; (found = *link) != NULL; link = &found->older) {
        if (found->start != (uintptr_t)address) continue;
        give_back(found->start, found->start + found->size);
        *link = found->older;
        flotilla_free(found);
        break;
    }
    return 0;
}

void *flotilla_shmat(int segment, const void *address, int flags) {
    flotilla_lock(&lock);
    void *answer = attach(segment, address, flags);
    flotilla_unlock(&lock);
    return answer;
}

int flotilla_shmdt(const void *address) {
    flotilla_lock(&lock);
    int result = detach(address);
    flotilla_unlock(&lock);
    return result;
}

/* ---- Locking everything means the rank's memory, not the process's ---- */

/* Pages are locked when they come to be used: a slot is mostly holes that nothing will ever fill. */
int flotilla_mlockall(int flags) {
    const struct flotilla_control *control = flotilla_control;
    if (flags == 0 || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) != 0 || flags == MCL_ONFAULT) {
        errno = EINVAL;
        return -1;
    }
    if (mlock2((void *)control->stack_base, control->stack_size, MLOCK_ONFAULT) != 0) return -1;
    return mlock2((void *)control->heap_base, control->heap_size, MLOCK_ONFAULT);
}

int flotilla_munlockall(void) {
    const struct flotilla_control *control = flotilla_control;
    munlock((void *)control->stack_base, control->stack_size);
    return munlock((void *)control->heap_base, control->heap_size);
}

FLOTILLA_NAMES(flotilla_mmap, mmap, mmap64, __mmap)
FLOTILLA_NAMES(flotilla_munmap, munmap, __munmap)
FLOTILLA_NAMES(flotilla_mremap, mremap)
FLOTILLA_NAMES(flotilla_brk, brk)
FLOTILLA_NAMES(flotilla_sbrk, sbrk, __sbrk)
FLOTILLA_NAMES(flotilla_shmat, shmat)
FLOTILLA_NAMES(flotilla_shmdt, shmdt)
FLOTILLA_NAMES(flotilla_mlockall, mlockall)
FLOTILLA_NAMES(flotilla_munlockall, munlockall)
