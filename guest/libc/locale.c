/*
 * The rank's locale: what setlocale chose for the rank, and what uselocale put in its place. The host gives the one in
 * force to the thread that runs the rank (guest/host/state.c), so that its functions work as the rank expects. A name "" is
 * looked up in the rank's environment, not in the host's.
 *
 * Locale objects, which programs keep, and libstdc++ the addresses of their tables, are the rank's (locale_object.c): they
 * stay where they are when it goes to another process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "flotilla.h"
#include "heap.h"
#include "locale_object.h"
#include "lock.h"
#include "names.h"
#include "state.h"
#include "thread.h"

extern locale_t flotilla_host_uselocale(locale_t);
extern char *flotilla_host_dcgettext(const char *, const char *, int);
extern char *flotilla_host_dcngettext(const char *, const char *, const char *, unsigned long, int);

#define CATEGORIES 13

/* In the order of composite names; LC_ALL is none of them. */
static const char *const category_names[CATEGORIES] = {
    [LC_CTYPE] = "LC_CTYPE",         [LC_NUMERIC] = "LC_NUMERIC",     [LC_TIME] = "LC_TIME",
    [LC_COLLATE] = "LC_COLLATE",     [LC_MONETARY] = "LC_MONETARY",   [LC_MESSAGES] = "LC_MESSAGES",
    [LC_PAPER] = "LC_PAPER",         [LC_NAME] = "LC_NAME",           [LC_ADDRESS] = "LC_ADDRESS",
    [LC_TELEPHONE] = "LC_TELEPHONE", [LC_MEASUREMENT] = "LC_MEASUREMENT", [LC_IDENTIFICATION] = "LC_IDENTIFICATION",
};

static struct {
    locale_t global; /* setlocale's, or NULL: "C" */
    char *composite; /* the last answer of setlocale that was made up of several names */
} locale;

static struct flotilla_lock lock;

static locale_t global_locale(void) {
    return locale.global != NULL ? locale.global : flotilla_c_locale();
}

static locale_t in_force(const struct flotilla_control *control) {
    return control->thread_locale != NULL ? control->thread_locale : global_locale();
}

/* The calling thread's. */
locale_t flotilla_locale_in_force(void) {
    return in_force(flotilla_here());
}

/* What isalpha and its kin look into. Compilers may keep the addresses of these pointers for as long as they like. */
static struct flotilla_control *take_tables(struct flotilla_control *control) {
    locale_t now = in_force(control);
    control->ctype_classes = now->__ctype_b;
    control->ctype_lower = now->__ctype_tolower;
    control->ctype_upper = now->__ctype_toupper;
    return control;
}

/* Writes down what was chosen for a thread; answers whether that is new. */
static bool note(struct flotilla_control *control) {
    locale_t now = in_force(control), wanted = now == flotilla_c_locale() ? NULL : flotilla_host_locale(now);
    take_tables(control);
    if (wanted == control->state_locale) return false;
    uint64_t number = flotilla_state_number();
    control->state_locale = wanted;
    control->state_locale_number = wanted == NULL ? 0 : number;
    __atomic_store_n(&control->state, number, __ATOMIC_RELEASE);
    return true;
}

/* Has the calling thread follow what was chosen. */
static void apply(void) {
    int saved = errno;
    if (flotilla_control->in_forked_child) {
        flotilla_host_uselocale(flotilla_host_locale(in_force(take_tables(flotilla_here()))));
    } else if (note(flotilla_here())) {
        flotilla_state_enter();
    }
    errno = saved;
}

void flotilla_locale_begin_thread(void) {
    flotilla_here()->thread_locale = NULL;
    apply();
}

/* ---- Names ---- */

/* What "" means (POSIX.1-2017, 8.2 Internationalization Variables). */
static const char *name_from_environment(int category) {
    const char *const variables[] = {"LC_ALL", category_names[category], "LANG"};
    for (int i = 0; i < 3; i++) {
        const char *value = flotilla_getenv(variables[i]);
        if (value != NULL && *value != '\0') return value;
    }
    return "C";
}

/* The host remembers, of all ranks, which names it has not found, and says why only once. */
static locale_t find(int mask, const char *name, locale_t base) {
    int saved = errno;
    errno = 0;
    locale_t made = flotilla_host_newlocale(mask, name, base);
    if (made != NULL) {
        errno = saved;
    } else if (errno == 0) {
        errno = ENOENT;
    }
    return made;
}

/* As the host's newlocale, of objects of the host's, but an unsuccessful call may leave base changed. */
static locale_t make(int mask, const char *name, locale_t base) {
    if (*name != '\0') return find(mask, name, base);
    locale_t made = base;
    for (int category = 0; category < CATEGORIES; category++) {
        if (category == LC_ALL || (mask & 1 << category) == 0) continue;
        locale_t next = find(1 << category, name_from_environment(category), made);
        if (next == NULL) {
            if (base == NULL && made != NULL) flotilla_host_freelocale(made);
            return NULL;
        }
        made = next;
    }
    return made;
}

static int whole_mask(int mask) {
    return (mask & 1 << LC_ALL) != 0 ? LC_ALL_MASK : mask;
}

/* The name of all categories together: one name when they agree. */
static const char *composite_name(locale_t of) {
    bool same = true;
    size_t size = 1;
    for (int category = 0; category < CATEGORIES; category++) {
        if (category == LC_ALL) continue;
        if (strcmp(of->__names[category], of->__names[LC_CTYPE]) != 0) same = false;
        size += strlen(category_names[category]) + strlen(of->__names[category]) + 2;
    }
    if (same) return of->__names[LC_CTYPE];
    char *text = flotilla_malloc(size), *at = text;
    if (text == NULL) return NULL;
    for (int category = 0; category < CATEGORIES; category++) {
        if (category == LC_ALL) continue;
        if (at != text) *at++ = ';';
        at = stpcpy(at, category_names[category]);
        *at++ = '=';
        at = stpcpy(at, of->__names[category]);
    }
    flotilla_free(locale.composite);
    return locale.composite = text;
}

/* ---- The rank's locale ---- */

extern void flotilla_forget_texts(void);

char *flotilla_setlocale(int category, const char *name) {
    if (category < 0 || category >= CATEGORIES) {
        errno = EINVAL;
        return NULL;
    }
    flotilla_lock(&lock);
    locale_t old = global_locale();
    if (name != NULL) {
        locale_t copy = flotilla_host_duplocale(flotilla_host_locale(old));
        locale_t host = copy == NULL ? NULL : make(category == LC_ALL ? LC_ALL_MASK : 1 << category, name, copy);
        if (host == NULL && copy != NULL) flotilla_host_freelocale(copy);
        locale_t made = host == NULL ? NULL : flotilla_adopt_locale(host);
        if (made == NULL) {
            flotilla_unlock(&lock);
            return NULL;
        }
        if (strcmp(made->__names[LC_MESSAGES], old->__names[LC_MESSAGES]) != 0) flotilla_forget_texts();
        locale.global = made == flotilla_c_locale() ? NULL : made;
        apply();
        struct flotilla_control *control;
        for (uint64_t i = 0; (control = flotilla_thread_control(i)) != NULL; i++) {
            if (control != flotilla_here()) note(control);
        }
        /* Other threads have it until they are resumed next. */
        if (old != made && !flotilla_control->threaded) flotilla_drop_locale(old);
    }
    locale_t now = global_locale();
    const char *answer = category == LC_ALL ? composite_name(now) : now->__names[category];
    flotilla_unlock(&lock);
    return (char *)answer;
}

/* ---- Locale objects ---- */

locale_t flotilla_newlocale(int mask, const char *name, locale_t base) {
    if (name == NULL || (mask & ~(LC_ALL_MASK | 1 << LC_ALL)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    locale_t copy = base == NULL ? NULL : flotilla_host_duplocale(flotilla_host_locale(base));
    if (base != NULL && copy == NULL) return NULL;
    locale_t host = make(whole_mask(mask), name, copy);
    if (host == NULL && copy != NULL) flotilla_host_freelocale(copy);
    locale_t made = host == NULL ? NULL : flotilla_adopt_locale(host);
    if (made != NULL && base != NULL) flotilla_drop_locale(base);
    return made;
}

locale_t flotilla_duplocale(locale_t of) {
    locale_t host = flotilla_host_duplocale(flotilla_host_locale(of == LC_GLOBAL_LOCALE ? global_locale() : of));
    return host == NULL ? NULL : flotilla_adopt_locale(host);
}

void flotilla_freelocale(locale_t unused) {
    if (unused != LC_GLOBAL_LOCALE) flotilla_drop_locale(unused);
}

locale_t flotilla_uselocale(locale_t wanted) {
    struct flotilla_control *here = flotilla_here();
    locale_t old = here->thread_locale == NULL ? LC_GLOBAL_LOCALE : here->thread_locale;
    if (wanted != NULL && wanted != old) {
        here->thread_locale = wanted == LC_GLOBAL_LOCALE ? NULL : wanted;
        apply();
    }
    return old;
}

/* ---- Tables of <ctype.h> ---- */

const unsigned short **flotilla_ctype_b_loc(void) {
    struct flotilla_control *here = flotilla_here();
    if (here->ctype_classes == NULL) take_tables(here);
    return &here->ctype_classes;
}

const int **flotilla_ctype_tolower_loc(void) {
    struct flotilla_control *here = flotilla_here();
    if (here->ctype_classes == NULL) take_tables(here);
    return &here->ctype_lower;
}

const int **flotilla_ctype_toupper_loc(void) {
    struct flotilla_control *here = flotilla_here();
    if (here->ctype_classes == NULL) take_tables(here);
    return &here->ctype_upper;
}

/* ---- Message catalogues: the domain that a program has chosen ---- */

static char default_domain[] = "messages";
static char *domain = default_domain;

char *flotilla_textdomain(const char *name) {
    if (name == NULL) return domain;
    char *copy = *name == '\0' ? default_domain : flotilla_strdup(name);
    if (copy == NULL) return NULL;
    if (domain != default_domain) flotilla_free(domain);
    return domain = copy;
}

char *flotilla_dcgettext(const char *given, const char *text, int category) {
    return flotilla_host_dcgettext(given == NULL ? domain : given, text, category);
}

char *flotilla_dgettext(const char *given, const char *text) {
    return flotilla_dcgettext(given, text, LC_MESSAGES);
}

char *flotilla_gettext(const char *text) {
    return flotilla_dcgettext(NULL, text, LC_MESSAGES);
}

char *flotilla_dcngettext(const char *given, const char *one, const char *many, unsigned long count, int category) {
    return flotilla_host_dcngettext(given == NULL ? domain : given, one, many, count, category);
}

char *flotilla_dngettext(const char *given, const char *one, const char *many, unsigned long count) {
    return flotilla_dcngettext(given, one, many, count, LC_MESSAGES);
}

char *flotilla_ngettext(const char *one, const char *many, unsigned long count) {
    return flotilla_dcngettext(NULL, one, many, count, LC_MESSAGES);
}

FLOTILLA_NAMES(flotilla_setlocale, setlocale)
FLOTILLA_NAMES(flotilla_newlocale, newlocale, __newlocale)
FLOTILLA_NAMES(flotilla_duplocale, duplocale, __duplocale)
FLOTILLA_NAMES(flotilla_freelocale, freelocale, __freelocale)
FLOTILLA_NAMES(flotilla_uselocale, uselocale, __uselocale)
FLOTILLA_NAMES(flotilla_ctype_b_loc, __ctype_b_loc)
FLOTILLA_NAMES(flotilla_ctype_tolower_loc, __ctype_tolower_loc)
FLOTILLA_NAMES(flotilla_ctype_toupper_loc, __ctype_toupper_loc)
FLOTILLA_NAMES(flotilla_textdomain, textdomain)
FLOTILLA_NAMES(flotilla_gettext, gettext)
FLOTILLA_NAMES(flotilla_dgettext, dgettext, __dgettext)
FLOTILLA_NAMES(flotilla_dcgettext, dcgettext, __dcgettext)
FLOTILLA_NAMES(flotilla_ngettext, ngettext)
FLOTILLA_NAMES(flotilla_dngettext, dngettext)
FLOTILLA_NAMES(flotilla_dcngettext, dcngettext)
