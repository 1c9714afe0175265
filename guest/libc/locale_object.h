/* The rank's locale objects: those of the host, with what programs keep of them in the slot. */
#ifndef FLOTILLA_LIBC_LOCALE_OBJECT_H
#define FLOTILLA_LIBC_LOCALE_OBJECT_H

#define _GNU_SOURCE
#include <locale.h>

extern locale_t flotilla_host_newlocale(int, const char *, locale_t);
extern locale_t flotilla_host_duplocale(locale_t);
extern void flotilla_host_freelocale(locale_t);

/* The rank's object for the "C" locale; never freed. */
locale_t flotilla_c_locale(void);

/* The host's object behind one of the rank's. */
locale_t flotilla_host_locale(locale_t own);

/* An object of the rank for one of the host's, which it takes over. NULL and ENOMEM without memory; the host's is freed then. */
locale_t flotilla_adopt_locale(locale_t host);

/* Frees an object of the rank, unless it is that of the "C" locale. */
void flotilla_drop_locale(locale_t own);

#endif
