/*
 * The rank's timers: alarm, interval timers, POSIX timers. They are kept here; of the host the rank wants only to be
 * interrupted when the first of them is due. CPU time is not counted per rank: ITIMER_VIRTUAL, ITIMER_PROF and timers of the
 * CPU-time clocks run in real time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "flotilla.h"
#include "lock.h"
#include "names.h"
#include "signals.h"
#include "sleep.h"

extern unsigned flotilla_host_alarm(unsigned);
extern int flotilla_host_setitimer(int, const struct itimerval *, struct itimerval *);
extern int flotilla_host_getitimer(int, struct itimerval *);
extern int flotilla_host_timer_create(clockid_t, struct sigevent *, timer_t *);
extern int flotilla_host_timer_delete(timer_t);
extern int flotilla_host_timer_settime(timer_t, int, const struct itimerspec *, struct itimerspec *);
extern int flotilla_host_timer_gettime(timer_t, struct itimerspec *);
extern int flotilla_host_timer_getoverrun(timer_t);

#define SECOND INT64_C(1000000000)
#define INTERVAL_TIMERS 3
#define TIMERS (INTERVAL_TIMERS + 64)

struct timer {
    bool used;
    bool silent; /* SIGEV_NONE */
    clockid_t clock;
    int signal;
    int code;
    int overrun;
    union sigval value;
    int64_t due; /* CLOCK_MONOTONIC, nanoseconds; 0 when it does not run */
    int64_t interval;
};

static struct timer timers[TIMERS] FLOTILLA_LARGE;
static int used_timers; /* entries up to here may be in use */
static int64_t child_look; /* when to look after children */
static int64_t armed;
FLOTILLA_FORK_LOCK(lock);

static int fail(int error) {
    errno = error;
    return -1;
}

static int64_t now_of(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static int64_t now(void) {
    return now_of(CLOCK_MONOTONIC);
}

/* ---- When, and what then ---- */

int64_t flotilla_timers_next(void) {
    int64_t first = child_look;
    for (int i = 0; i < used_timers; i++) {
        int64_t due = timers[i].silent ? 0 : timers[i].due;
        if (due != 0 && (first == 0 || due < first)) first = due;
    }
    return first;
}

void flotilla_timers_arm(void) {
    if (flotilla_control->in_forked_child) return;
    int64_t time = now();
    int64_t look = __atomic_load_n(&child_look, __ATOMIC_RELAXED) == 0 ? flotilla_children_look(time) : 0;
    /* Also held while the host is told, which does not take long, so that what it is told last is what holds. */
    flotilla_lock(&lock);
    if (look != 0) child_look = look;
    int64_t first = flotilla_timers_next();
    if (first != armed) {
        armed = first;
        flotilla_publish_signals();
        flotilla_trap1(FLOTILLA_OP_ALARM, first == 0 ? 0 : first > time ? first - time : 1);
    }
    flotilla_unlock(&lock);
}

/* A timer that has run out runs again or stops; answers how often it has. */
static int64_t run_out(struct timer *timer, int64_t time) {
    if (timer->due == 0 || timer->due > time) return 0;
    if (timer->interval == 0) {
        timer->due = 0;
        return 1;
    }
    int64_t times = (time - timer->due) / timer->interval + 1;
    timer->due += times * timer->interval;
    return times;
}

void flotilla_timers_expire(int64_t time) {
    flotilla_lock(&lock);
    if (armed != 0 && armed <= time) armed = 0;
    for (int i = 0; i < used_timers; i++) {
        struct timer *timer = &timers[i];
        if (timer->silent) continue;
        int64_t times = run_out(timer, time);
        if (times == 0) continue;
        timer->overrun = times - 1 > INT32_MAX ? INT32_MAX : (int)(times - 1);
        siginfo_t info;
        memset(&info, 0, sizeof info);
        info.si_signo = timer->signal;
        info.si_code = timer->code;
        if (timer->code == SI_TIMER) {
            info.si_timerid = i;
            info.si_overrun = timer->overrun;
        }
        info.si_value = timer->value;
        flotilla_unlock(&lock);
        flotilla_send_signal(&info);
        flotilla_lock(&lock);
    }
    bool look = child_look != 0 && child_look <= time;
    if (look) child_look = 0;
    flotilla_unlock(&lock);
    int64_t next = look ? flotilla_children_look(time) : 0;
    if (next == 0) return;
    flotilla_lock(&lock);
    if (child_look == 0 || next < child_look) child_look = next;
    flotilla_unlock(&lock);
}

void flotilla_timers_forget(void) {
    memset(timers, 0, sizeof *timers * (size_t)used_timers);
    used_timers = 0;
    armed = 0;
    child_look = 0;
}

/* ---- alarm and interval timers ---- */

static int64_t from_timeval(const struct timeval *value) {
    return value->tv_sec > INT64_MAX / SECOND / 2 ? INT64_MAX / 2 : value->tv_sec * SECOND + value->tv_usec * 1000;
}

static struct timeval to_timeval(int64_t nanoseconds) {
    int64_t microseconds = (nanoseconds + 999) / 1000;
    return (struct timeval){microseconds / 1000000, microseconds % 1000000};
}

static struct timer *interval_timer(int which) {
    static const int signals[INTERVAL_TIMERS] = {SIGALRM, SIGVTALRM, SIGPROF};
    struct timer *timer = &timers[which];
    if (used_timers < INTERVAL_TIMERS) used_timers = INTERVAL_TIMERS;
    timer->used = true;
    timer->signal = signals[which];
    timer->code = SI_KERNEL;
    return timer;
}

static int64_t left_of(const struct timer *timer) {
    if (timer->due == 0) return 0;
    int64_t left = timer->due - now();
    return left > 0 ? left : 1;
}

static bool is_valid(const struct timeval *value) {
    return value->tv_sec >= 0 && value->tv_usec >= 0 && value->tv_usec < 1000000;
}

int flotilla_getitimer(int which, struct itimerval *value) {
    if (flotilla_control->in_forked_child) return flotilla_host_getitimer(which, value);
    if (which < 0 || which >= INTERVAL_TIMERS) return fail(EINVAL);
    flotilla_lock(&lock);
    const struct timer *timer = interval_timer(which);
    *value = (struct itimerval){to_timeval(timer->interval), to_timeval(left_of(timer))};
    flotilla_unlock(&lock);
    return 0;
}

int flotilla_setitimer(int which, const struct itimerval *value, struct itimerval *old) {
    if (flotilla_control->in_forked_child) return flotilla_host_setitimer(which, value, old);
    if (which < 0 || which >= INTERVAL_TIMERS) return fail(EINVAL);
    if (value != NULL && (!is_valid(&value->it_value) || !is_valid(&value->it_interval))) return fail(EINVAL);
    struct timer *timer = interval_timer(which);
    int64_t first = value == NULL ? 0 : from_timeval(&value->it_value);
    int64_t interval = value == NULL ? 0 : from_timeval(&value->it_interval);
    flotilla_lock(&lock);
    if (old != NULL) *old = (struct itimerval){to_timeval(timer->interval), to_timeval(left_of(timer))};
    timer->interval = interval;
    timer->due = first == 0 ? 0 : now() + first;
    flotilla_unlock(&lock);
    flotilla_timers_arm();
    return 0;
}

unsigned flotilla_alarm(unsigned seconds) {
    if (flotilla_control->in_forked_child) return flotilla_host_alarm(seconds);
    struct itimerval value = {{0, 0}, {seconds, 0}}, old;
    flotilla_setitimer(ITIMER_REAL, &value, &old);
    /* Rounded, and never to "none". */
    unsigned left = (unsigned)old.it_value.tv_sec + (old.it_value.tv_usec >= 500000);
    return left == 0 && old.it_value.tv_usec != 0 ? 1 : left;
}

useconds_t flotilla_ualarm(useconds_t value, useconds_t interval) {
    struct itimerval timer = {{interval / 1000000, interval % 1000000}, {value / 1000000, value % 1000000}}, old;
    if (flotilla_setitimer(ITIMER_REAL, &timer, &old) != 0) return (useconds_t)-1;
    return (useconds_t)(old.it_value.tv_sec * 1000000 + old.it_value.tv_usec);
}

/* ---- POSIX timers ---- */

static struct timer *timer_of(timer_t name) {
    uintptr_t index = (uintptr_t)name;
    return index >= INTERVAL_TIMERS && index < TIMERS && timers[index].used ? &timers[index] : NULL;
}

int flotilla_timer_create(clockid_t clock, struct sigevent *event, timer_t *name) {
    if (flotilla_control->in_forked_child) return flotilla_host_timer_create(clock, event, name);
    struct timespec probe;
    if (clock_gettime(clock, &probe) != 0) return fail(EINVAL);
    /* SIGEV_THREAD needs a thread that belongs to the rank. */
    if (event != NULL && event->sigev_notify == SIGEV_THREAD) return fail(ENOTSUP);
    if (event != NULL && event->sigev_notify != SIGEV_NONE && event->sigev_notify != SIGEV_SIGNAL &&
        event->sigev_notify != SIGEV_THREAD_ID) {
        return fail(EINVAL);
    }
    for (int i = INTERVAL_TIMERS; i < TIMERS; i++) {
        struct timer *timer = &timers[i];
        flotilla_lock(&lock);
        if (timer->used) {
            flotilla_unlock(&lock);
            continue;
        }
        memset(timer, 0, sizeof *timer);
        timer->used = true;
        timer->clock = clock;
        timer->code = SI_TIMER;
        timer->silent = event != NULL && event->sigev_notify == SIGEV_NONE;
        timer->signal = event == NULL ? SIGALRM : event->sigev_signo;
        if (event == NULL) {
            timer->value.sival_int = i;
        } else {
            timer->value = event->sigev_value;
        }
        if (!timer->silent && (timer->signal <= 0 || timer->signal >= _NSIG)) {
            timer->used = false;
            flotilla_unlock(&lock);
            return fail(EINVAL);
        }
        if (i >= used_timers) used_timers = i + 1;
        flotilla_unlock(&lock);
        *name = (timer_t)(uintptr_t)i;
        return 0;
    }
    return fail(EAGAIN);
}

int flotilla_timer_delete(timer_t name) {
    if (flotilla_control->in_forked_child) return flotilla_host_timer_delete(name);
    struct timer *timer = timer_of(name);
    if (timer == NULL) return fail(EINVAL);
    flotilla_lock(&lock);
    memset(timer, 0, sizeof *timer);
    flotilla_unlock(&lock);
    flotilla_timers_arm();
    return 0;
}

static struct timespec to_timespec(int64_t nanoseconds) {
    return (struct timespec){nanoseconds / SECOND, nanoseconds % SECOND};
}

int flotilla_timer_gettime(timer_t name, struct itimerspec *value) {
    if (flotilla_control->in_forked_child) return flotilla_host_timer_gettime(name, value);
    struct timer *timer = timer_of(name);
    if (timer == NULL) return fail(EINVAL);
    if (timer->silent) run_out(timer, now());
    *value = (struct itimerspec){to_timespec(timer->interval), to_timespec(left_of(timer))};
    return 0;
}

int flotilla_timer_settime(timer_t name, int flags, const struct itimerspec *value, struct itimerspec *old) {
    if (flotilla_control->in_forked_child) return flotilla_host_timer_settime(name, flags, value, old);
    struct timer *timer = timer_of(name);
    if (timer == NULL || value == NULL || value->it_value.tv_nsec < 0 || value->it_value.tv_nsec >= SECOND ||
        value->it_interval.tv_nsec < 0 || value->it_interval.tv_nsec >= SECOND || value->it_value.tv_sec < 0) {
        return fail(EINVAL);
    }
    int64_t first = flotilla_nanoseconds(&value->it_value);
    if (old != NULL) flotilla_timer_gettime(name, old);
    flotilla_lock(&lock);
    timer->interval = flotilla_nanoseconds(&value->it_interval);
    timer->overrun = 0;
    if (first == 0) {
        timer->due = 0;
    } else if ((flags & TIMER_ABSTIME) != 0) {
        int64_t left = first - now_of(timer->clock);
        timer->due = now() + (left > 0 ? left : 0);
    } else {
        timer->due = first > INT64_MAX / 2 ? INT64_MAX : now() + first;
    }
    flotilla_unlock(&lock);
    flotilla_timers_arm();
    return 0;
}

int flotilla_timer_getoverrun(timer_t name) {
    if (flotilla_control->in_forked_child) return flotilla_host_timer_getoverrun(name);
    struct timer *timer = timer_of(name);
    return timer == NULL ? fail(EINVAL) : timer->overrun;
}

FLOTILLA_NAMES(flotilla_alarm, alarm)
FLOTILLA_NAMES(flotilla_setitimer, setitimer, __setitimer)
FLOTILLA_NAMES(flotilla_getitimer, getitimer, __getitimer)
FLOTILLA_NAMES(flotilla_ualarm, ualarm)
FLOTILLA_NAMES(flotilla_timer_create, timer_create)
FLOTILLA_NAMES(flotilla_timer_delete, timer_delete)
FLOTILLA_NAMES(flotilla_timer_settime, timer_settime)
FLOTILLA_NAMES(flotilla_timer_gettime, timer_gettime)
FLOTILLA_NAMES(flotilla_timer_getoverrun, timer_getoverrun)
