/*
 * Multibyte conversion with the hidden state that a NULL state pointer means: the rank's, one for each function.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <uchar.h>
#include <wchar.h>

#include "flotilla.h"
#include "names.h"

extern size_t flotilla_host_mbrtowc(wchar_t *, const char *, size_t, mbstate_t *);
extern size_t flotilla_host_wcrtomb(char *, wchar_t, mbstate_t *);
extern size_t flotilla_host_mbrlen(const char *, size_t, mbstate_t *);
extern size_t flotilla_host_mbsrtowcs(wchar_t *, const char **, size_t, mbstate_t *);
extern size_t flotilla_host_wcsrtombs(char *, const wchar_t **, size_t, mbstate_t *);
extern size_t flotilla_host_mbsnrtowcs(wchar_t *, const char **, size_t, size_t, mbstate_t *);
extern size_t flotilla_host_wcsnrtombs(char *, const wchar_t **, size_t, size_t, mbstate_t *);
extern size_t flotilla_host_mbrtoc16(char16_t *, const char *, size_t, mbstate_t *);
extern size_t flotilla_host_c16rtomb(char *, char16_t, mbstate_t *);
extern size_t flotilla_host_mbrtoc32(char32_t *, const char *, size_t, mbstate_t *);
extern size_t flotilla_host_c32rtomb(char *, char32_t, mbstate_t *);

#define STATE(given, own) ((given) == NULL ? &(own) : (given))

size_t flotilla_mbrtowc(wchar_t *wide, const char *text, size_t size, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_mbrtowc(wide, text, size, STATE(state, own));
}

size_t flotilla_wcrtomb(char *text, wchar_t wide, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_wcrtomb(text, wide, STATE(state, own));
}

size_t flotilla_mbrlen(const char *text, size_t size, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_mbrlen(text, size, STATE(state, own));
}

size_t flotilla_mbsrtowcs(wchar_t *wide, const char **text, size_t room, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_mbsrtowcs(wide, text, room, STATE(state, own));
}

size_t flotilla_wcsrtombs(char *text, const wchar_t **wide, size_t room, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_wcsrtombs(text, wide, room, STATE(state, own));
}

size_t flotilla_mbsnrtowcs(wchar_t *wide, const char **text, size_t size, size_t room, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_mbsnrtowcs(wide, text, size, room, STATE(state, own));
}

size_t flotilla_wcsnrtombs(char *text, const wchar_t **wide, size_t size, size_t room, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_wcsnrtombs(text, wide, size, room, STATE(state, own));
}

size_t flotilla_mbrtoc16(char16_t *wide, const char *text, size_t size, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_mbrtoc16(wide, text, size, STATE(state, own));
}

size_t flotilla_c16rtomb(char *text, char16_t wide, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_c16rtomb(text, wide, STATE(state, own));
}

size_t flotilla_mbrtoc32(char32_t *wide, const char *text, size_t size, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_mbrtoc32(wide, text, size, STATE(state, own));
}

size_t flotilla_c32rtomb(char *text, char32_t wide, mbstate_t *state) {
    static mbstate_t own;
    return flotilla_host_c32rtomb(text, wide, STATE(state, own));
}

/* The older functions: glibc's encodings have no shift states, so text NULL answers 0. */
int flotilla_mbtowc(wchar_t *wide, const char *text, size_t size) {
    static mbstate_t own;
    if (text == NULL) {
        own = (mbstate_t){0};
        return 0;
    }
    size_t length = flotilla_host_mbrtowc(wide, text, size, &own);
    if (length >= (size_t)-2) {
        own = (mbstate_t){0};
        return -1;
    }
    return (int)length;
}

int flotilla_mblen(const char *text, size_t size) {
    return flotilla_mbtowc(NULL, text, size);
}

int flotilla_wctomb(char *text, wchar_t wide) {
    static mbstate_t own;
    if (text == NULL) {
        own = (mbstate_t){0};
        return 0;
    }
    return (int)flotilla_host_wcrtomb(text, wide, &own);
}

FLOTILLA_NAMES(flotilla_mbrtowc, mbrtowc, __mbrtowc)
FLOTILLA_NAMES(flotilla_wcrtomb, wcrtomb)
FLOTILLA_NAMES(flotilla_mbrlen, mbrlen, __mbrlen)
FLOTILLA_NAMES(flotilla_mbsrtowcs, mbsrtowcs)
FLOTILLA_NAMES(flotilla_wcsrtombs, wcsrtombs)
FLOTILLA_NAMES(flotilla_mbsnrtowcs, mbsnrtowcs)
FLOTILLA_NAMES(flotilla_wcsnrtombs, wcsnrtombs)
FLOTILLA_NAMES(flotilla_mbrtoc16, mbrtoc16)
FLOTILLA_NAMES(flotilla_c16rtomb, c16rtomb)
FLOTILLA_NAMES(flotilla_mbrtoc32, mbrtoc32)
FLOTILLA_NAMES(flotilla_c32rtomb, c32rtomb)
FLOTILLA_NAMES(flotilla_mbtowc, mbtowc)
FLOTILLA_NAMES(flotilla_mblen, mblen)
FLOTILLA_NAMES(flotilla_wctomb, wctomb)
