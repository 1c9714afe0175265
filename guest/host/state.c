/*
 * A thread's working directory, umask and locale follow the rank that it runs. Threads of a process share the first two
 * unless they ask for their own (unshare(2), CLONE_FS, which needs no privilege, but containers may forbid the call);
 * then whatever resolves a relative name in the thread, a raw system call or a child made by fork included, sees them.
 *
 * A rank writes what it wants into its control block, with a new number; a thread changes only here. So the record of
 * what a thread has is never wrong, wherever a rank is interrupted.
 */
#define _GNU_SOURCE
#include "state.h"
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flotilla_abi.h"

#define EXPORT __attribute__((visibility("default")))

__thread uint64_t flotilla_thread_state;

static __thread struct {
    uint64_t folder, locale; /* numbers, as in the control block */
    uint32_t umask;
    bool prepared, own;
} thread __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int host_folder = -1;
static mode_t host_umask;
static locale_t c_locale;
static int sharing_threads; /* that run ranks and could not have a working directory of their own */
static int complained;

static void learn_defaults(void) {
    host_folder = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    host_umask = umask(077);
    umask(host_umask);
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

void flotilla_prepare_state(void) {
    if (thread.prepared) return;
    thread.own = unshare(CLONE_FS) == 0;
    if (!thread.own) __atomic_fetch_add(&sharing_threads, 1, __ATOMIC_RELAXED);
    pthread_once(&once, learn_defaults);
    /* The JVM has set the process's locale to the user's; a program starts with "C". */
    uselocale(c_locale);
    thread.prepared = true;
}

/* Whether a thread can have a working directory of its own: 1 or 0. Takes one for the calling thread. */
EXPORT int flotilla_unshare_folder(void) {
    return unshare(CLONE_FS) == 0;
}

static int refuse(void) {
    static const char text[] =
        "flotilla: this system refuses unshare(CLONE_FS), so ranks on several PEs cannot have working directories and "
        "umasks of their own; run with --pes 1, or let the container's seccomp profile allow unshare\n";
    if (!__atomic_exchange_n(&complained, 1, __ATOMIC_RELAXED)) {
        if (write(STDERR_FILENO, text, sizeof text - 1) < 0) return ENOTSUP;
    }
    return ENOTSUP;
}

static int enter_folder(int folder) {
    if (fchdir(folder > 0 ? folder : host_folder) == 0) return 0;
    int error = errno;
    /* Anywhere but in another rank's. */
    if (chdir("/") != 0) return errno;
    return error;
}

void flotilla_enter_state(uintptr_t control) {
    /* Another thread of the rank may be writing: it writes the number last, and what was missed now is found next time. */
    uint64_t state = __atomic_load_n(&FIELD(uint64_t, control, STATE), __ATOMIC_ACQUIRE);
    uint64_t folder = FIELD(uint64_t, control, STATE_FOLDER_NUMBER), locale = FIELD(uint64_t, control, STATE_LOCALE_NUMBER);
    uint32_t mask = FIELD(uint32_t, control, STATE_UMASK);
    int error = 0;
    if (!thread.prepared) return;
    if (folder != thread.folder || mask != thread.umask) {
        if (!thread.own && __atomic_load_n(&sharing_threads, __ATOMIC_RELAXED) > 1) {
            error = FIELD(uint64_t, control, OPERATION) == FLOTILLA_OP_STATE ? refuse() : ENOTSUP;
        } else {
            if (folder != thread.folder) error = enter_folder(FIELD(int32_t, control, STATE_FOLDER));
            if (mask != thread.umask) umask(mask == 0 ? host_umask : (mode_t)(mask & 0777));
            thread.folder = error == 0 ? folder : UINT64_MAX;
            thread.umask = mask;
        }
    }
    if (locale != thread.locale) {
        locale_t wanted = FIELD(locale_t, control, STATE_LOCALE);
        uselocale(wanted == (locale_t)0 ? c_locale : wanted);
        thread.locale = locale;
    }
    FIELD(int32_t, control, STATE_ERROR) = error;
    flotilla_thread_state = state;
}
