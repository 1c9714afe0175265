/*
 * The rank's stdio streams.
 *
 * A stream is glibc's struct _IO_FILE, because glibc's headers inline parts of stdio and programs carry those inlines:
 * getc_unlocked moves _IO_read_ptr towards _IO_read_end and calls __uflow at the end, putc_unlocked moves
 * _IO_write_ptr towards _IO_write_end and calls __overflow, feof_unlocked looks at _flags. What glibc does not publish
 * stands in struct stream, found through _wide_data.
 *
 * A stream is in one of two modes:
 *   reading  _IO_read_base .. _IO_read_ptr .. _IO_read_end hold what was read ahead, the write pointers are equal;
 *   putting  (STREAM_PUTTING) _IO_write_base .. _IO_write_ptr hold what is not yet written, the read pointers are
 *            equal. _IO_write_end is the end of the buffer only when the stream is fully buffered; otherwise it equals
 *            _IO_write_base, so that the inlined putc always calls __overflow, which looks for newlines.
 * Characters pushed back live in a buffer of their own; while there are any, the read pointers point into it and the
 * real ones wait in _IO_save_base, _IO_backup_base (the read pointer) and _IO_save_end.
 *
 * Wide streams are byte streams whose characters pass through mbrtowc and wcrtomb.
 *
 * A public function locks the stream it is called for, and what it calls finds it locked (STREAM_ENTER). The list of
 * streams has a lock, too, which is taken before that of a stream in the list. Ranks that share their images share the variables stdin, stdout and stderr,
 * too; what these point to then lies in the shared slot, and stands for each rank's own stream (stream_own).
 */
#ifndef FLOTILLA_STDIO_STREAM_H
#define FLOTILLA_STDIO_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <wchar.h>

#include "flotilla.h"
#include "lock.h"
#include "thread.h"

#include "../names.h"

/* Bits of _flags; those that glibc's headers or __flbf and its kin give meaning to have glibc's values. */
enum {
    STREAM_MAGIC = (int)0xfbad0000,
    STREAM_USER_BUFFER = 0x0001,
    STREAM_UNBUFFERED = 0x0002,
    STREAM_NO_READS = 0x0004,
    STREAM_NO_WRITES = 0x0008,
    STREAM_EOF = 0x0010,
    STREAM_ERROR = 0x0020,
    STREAM_LINKED = 0x0080,
    STREAM_IN_PUSHBACK = 0x0100,
    STREAM_LINE_BUFFERED = 0x0200,
    STREAM_PUTTING = 0x0800,
    STREAM_APPENDING = 0x1000,
    /* A buffering mode was chosen; a terminal does not change it when the buffer is made. */
    STREAM_MODE_CHOSEN = 0x4000,
    STREAM_CALLER_LOCKS = 0x8000,
};

/* Where the bytes come from and go to. Each answers -1 and errno on failure; close may be absent, as may be read, write
 * and seek of a stream that can't do it (EOF, error, ESPIPE). */
struct stream_operations {
    ssize_t (*read)(FILE *file, char *buffer, size_t size);
    ssize_t (*write)(FILE *file, const char *data, size_t size);
    off64_t (*seek)(FILE *file, off64_t offset, int whence);
    int (*close)(FILE *file);
    /* Present when the stream's elements are wide characters: then nothing is buffered and write is not used. */
    ssize_t (*write_wide)(FILE *file, const wchar_t *text, size_t count);
    /* Called by fflush and fclose after the buffer is written. */
    int (*flushed)(FILE *file);
    /* Whether the stream has the descriptor _fileno. */
    bool descriptor;
};

struct stream {
    const struct stream_operations *operations;
    void *cookie;
    struct stream *next, *previous;
    FILE *file;
    char *pushback;
    size_t pushback_size;
    mbstate_t read_state, write_state;
    pid_t child;
    struct flotilla_lock lock;
};

/* FILE with the pointer that follows it in glibc's objects; programs compiled against old headers may copy this much of
 * _IO_2_1_stdout_ into themselves. */
struct file_object {
    FILE file;
    const void *reserved;
};

FILE *flotilla_stream_own(FILE *file);

/* The stream that a program means. */
static inline FILE *stream_own(FILE *file) {
    return __builtin_expect(flotilla_in_slot(file), 1) ? file : flotilla_stream_own(file);
}

#undef stdin
#undef stdout
#undef stderr
#define stdin stream_own(stdin)
#define stdout stream_own(stdout)
#define stderr stream_own(stderr)

static inline struct stream *stream_of(const FILE *file) {
    return (struct stream *)file->_wide_data;
}

static inline FILE *stream_lock(FILE *file) {
    flotilla_hold_cancellation();
    flotilla_lock_recursive(&stream_of(file)->lock);
    return file;
}

static inline void stream_unlock(FILE *const *file) {
    flotilla_unlock_recursive(&stream_of(*file)->lock);
    flotilla_release_cancellation();
}

/* What every public function does to its FILE first: the stream that the program means, locked until the function returns.
 * These files are compiled without exceptions: one that passes through, from a program's own stream functions, leaves the
 * stream locked. */
#define STREAM_ENTER(file)    \
    file = stream_own(file); \
    FILE *const entered __attribute__((cleanup(stream_unlock))) = stream_lock(file)

static inline bool stream_putting(const FILE *file) {
    return (file->_flags & STREAM_PUTTING) != 0;
}

static inline int stream_fail(FILE *file, int error) {
    extern int *__errno_location(void);
    *__errno_location() = error;
    file->_flags |= STREAM_ERROR;
    return EOF;
}

extern struct stream *flotilla_stream_list;
extern struct flotilla_lock flotilla_stream_list_lock;

/* A new stream in the list of open streams, or NULL and ENOMEM. flags: STREAM_NO_READS and so on. */
FILE *flotilla_stream_create(const struct stream_operations *operations, void *cookie, int flags);
/* Flushes, closes what is behind the stream and forgets it, but keeps the FILE. Answers what operations->close does, or
 * EOF. */
int flotilla_stream_shut(FILE *file);
/* Frees a FILE that was shut. */
void flotilla_stream_discard(FILE *file);
int flotilla_stream_close(FILE *file);
void flotilla_stream_link(FILE *file);
/* What is closed leaves the list first: nobody else finds it then. */
void flotilla_stream_unlink(FILE *file);

void flotilla_stream_allocate(FILE *file);
void flotilla_stream_set_buffer(FILE *file, char *buffer, size_t size, bool user);

/* At least one byte to read: 0, or EOF at the end of the file or on error. */
int flotilla_stream_fill(FILE *file);
/* Makes the stream a putting one: 0 or EOF. */
int flotilla_stream_begin_put(FILE *file);
/* Writes what is pending: 0 or EOF. */
int flotilla_stream_flush(FILE *file);
/* As fflush: flushes, or gives back to the descriptor what was read ahead. */
int flotilla_stream_sync(FILE *file);
/* Flushes (what: 0 all streams, else only those with this flag): 0 or EOF. */
int flotilla_stream_flush_all(int flag);
size_t flotilla_stream_write(FILE *file, const char *data, size_t size);
size_t flotilla_stream_read(FILE *file, char *buffer, size_t size);
int flotilla_stream_push_back(FILE *file, int byte);
void flotilla_stream_drop_pushback(FILE *file);
off64_t flotilla_stream_tell(FILE *file);
/* Answers the new position or -1. */
off64_t flotilla_stream_seek(FILE *file, off64_t offset, int whence);

/* Orientation (C17 7.21.2): false when the stream has the other one already. */
static inline bool stream_orient(FILE *file, int mode) {
    if (file->_mode == 0) file->_mode = mode;
    return (file->_mode > 0) == (mode > 0);
}

/* One byte, whatever the orientation: 0 to 255 or EOF. */
static inline int stream_get(FILE *file) {
    if (file->_IO_read_ptr >= file->_IO_read_end && flotilla_stream_fill(file) != 0) return EOF;
    return (unsigned char)*file->_IO_read_ptr++;
}

/* One byte, whatever the orientation: the byte or EOF. */
int flotilla_stream_put_slowly(FILE *file, int c);

static inline int stream_put(FILE *file, int c) {
    if (file->_IO_write_ptr < file->_IO_write_end) return (unsigned char)(*file->_IO_write_ptr++ = (char)c);
    return flotilla_stream_put_slowly(file, c);
}

int flotilla_uflow(FILE *file);
int flotilla_overflow(FILE *file, int c);

static inline int stream_getc(FILE *file) {
    if (file->_IO_read_ptr < file->_IO_read_end) return (unsigned char)*file->_IO_read_ptr++;
    return flotilla_uflow(file);
}

static inline int stream_putc(FILE *file, int c) {
    if (file->_IO_write_ptr < file->_IO_write_end) return (unsigned char)(*file->_IO_write_ptr++ = (char)c);
    return flotilla_overflow(file, (unsigned char)c);
}

/* Descriptor streams. */
extern const struct stream_operations flotilla_descriptor_operations;
ssize_t flotilla_descriptor_read(FILE *file, char *buffer, size_t size);
ssize_t flotilla_descriptor_write(FILE *file, const char *data, size_t size);
off64_t flotilla_descriptor_seek(FILE *file, off64_t offset, int whence);
/* Answers open(2) flags for a mode string and sets the stream flags, or -1 and EINVAL. */
int flotilla_stream_parse_mode(const char *mode, int *stream_flags);
FILE *flotilla_descriptor_stream(int fd, int stream_flags);
FILE *flotilla_fopen(const char *path, const char *mode);
int flotilla_fclose(FILE *file);

wint_t flotilla_fgetwc(FILE *file);
wint_t flotilla_fputwc(wchar_t c, FILE *file);
wint_t flotilla_ungetwc(wint_t c, FILE *file);
size_t flotilla_stream_write_wide(FILE *file, const wchar_t *text, size_t count);

/* The body of a function whose arguments follow its format. */
#define WITH_ARGUMENTS(call)     \
    va_list list;                \
    va_start(list, format);      \
    int answer = (call);         \
    va_end(list);                \
    return answer;

#endif
