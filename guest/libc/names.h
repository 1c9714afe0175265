/*
 * How the guest library's libc functions get their names.
 *
 * A function is written under an internal, hidden name (flotilla_fputs) and exported under libc's names with
 * FLOTILLA_NAMES(flotilla_fputs, fputs, fputs_unlocked). Calls inside the library use the internal name, so a program
 * that defines an fputs of its own does not come between, and the headers' inlines, macros and redirections of the
 * public names (fscanf to __isoc99_fscanf, ...) don't matter.
 */
#ifndef FLOTILLA_LIBC_NAMES_H
#define FLOTILLA_LIBC_NAMES_H

#define FLOTILLA_NAME(binding, function, name) \
    __asm__(binding " " #name "\n\t.type " #name ", @function\n\t.set " #name ", " #function "\n");

#define FLOTILLA_NAMES_1(b, f, n) FLOTILLA_NAME(b, f, n)
#define FLOTILLA_NAMES_2(b, f, n, ...) FLOTILLA_NAME(b, f, n) FLOTILLA_NAMES_1(b, f, __VA_ARGS__)
#define FLOTILLA_NAMES_3(b, f, n, ...) FLOTILLA_NAME(b, f, n) FLOTILLA_NAMES_2(b, f, __VA_ARGS__)
#define FLOTILLA_NAMES_4(b, f, n, ...) FLOTILLA_NAME(b, f, n) FLOTILLA_NAMES_3(b, f, __VA_ARGS__)
#define FLOTILLA_NAMES_5(b, f, n, ...) FLOTILLA_NAME(b, f, n) FLOTILLA_NAMES_4(b, f, __VA_ARGS__)
#define FLOTILLA_NAMES_6(b, f, n, ...) FLOTILLA_NAME(b, f, n) FLOTILLA_NAMES_5(b, f, __VA_ARGS__)
#define FLOTILLA_NAMES_COUNT(a, b, c, d, e, f, count, ...) count
#define FLOTILLA_NAMES_JOIN(a, b) a##b
#define FLOTILLA_NAMES_PICK(count) FLOTILLA_NAMES_JOIN(FLOTILLA_NAMES_, count)

/* Exports a function of this translation unit under up to six names. */
#define FLOTILLA_NAMES(function, ...) \
    FLOTILLA_NAMES_PICK(FLOTILLA_NAMES_COUNT(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0))(".globl", function, __VA_ARGS__)

/* The same for names that another part of the guest library may define for good. */
#define FLOTILLA_WEAK_NAMES(function, ...) \
    FLOTILLA_NAMES_PICK(FLOTILLA_NAMES_COUNT(__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0))(".weak", function, __VA_ARGS__)

#endif
