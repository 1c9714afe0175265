/*
 * zlib: streams that stay open while the ranks wait for each other, passed on piece by piece to the next rank, and files.
 *
 * test: package zlib1g-dev
 * test: pkg-config zlib
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <unistd.h>
#include <zlib.h>

#define PIECES 6
#define LENGTH 4000

static void fill(unsigned char *text, int rank, int piece)
{
    for (int i = 0; i < LENGTH; i++)
        text[i] = (unsigned char)("abcdefghijklmnop"[(i * (rank + 3) / 7 + piece) % 16]);
}

static void streams(void)
{
    z_stream out = {0}, in = {0};
    CHECK_EQUAL(deflateInit(&out, 1 + check_rank % 9), Z_OK);
    CHECK_EQUAL(inflateInit(&in), Z_OK);
    int previous = (check_rank + check_size - 1) % check_size;
    unsigned char text[LENGTH], expected[LENGTH], packed[2 * LENGTH];
    for (int piece = 0; piece < PIECES; piece++) {
        fill(text, check_rank, piece);
        out.next_in = text;
        out.avail_in = LENGTH;
        out.next_out = packed;
        out.avail_out = sizeof packed;
        CHECK_EQUAL(deflate(&out, piece == PIECES - 1 ? Z_FINISH : Z_SYNC_FLUSH), piece == PIECES - 1 ? Z_STREAM_END : Z_OK);
        int size;
        unsigned char *received = pass_on(packed, (int)(sizeof packed - out.avail_out), &size);
        in.next_in = received;
        in.avail_in = (unsigned)size;
        in.next_out = text;
        in.avail_out = LENGTH;
        CHECK_EQUAL(inflate(&in, Z_SYNC_FLUSH), piece == PIECES - 1 ? Z_STREAM_END : Z_OK);
        fill(expected, previous, piece);
        CHECK(in.avail_out == 0 && memcmp(text, expected, LENGTH) == 0);
        free(received);
    }
    printf("rank %d of %d: %lu bytes became %lu, adler %lx\n", check_rank, check_size, out.total_in, out.total_out, out.adler);
    CHECK_EQUAL(deflateEnd(&out), Z_OK);
    CHECK_EQUAL(inflateEnd(&in), Z_OK);
}

static void files(void)
{
    const char *folder = make_folder();
    char path[100], line[100], expected[100];
    snprintf(path, sizeof path, "%s/%d.gz", folder, check_rank);
    gzFile file = gzopen(path, "w6");
    CHECK(file != NULL);
    for (int i = 0; i < 50; i++) {
        gzprintf(file, "line %d of rank %d\n", i, check_rank);
        if (i % 20 == 0)
            interleave();
    }
    CHECK_EQUAL(gzclose(file), Z_OK);
    file = gzopen(path, "r");
    for (int i = 0; i < 50; i++) {
        CHECK(gzgets(file, line, sizeof line) != NULL);
        snprintf(expected, sizeof expected, "line %d of rank %d\n", i, check_rank);
        CHECK(strcmp(line, expected) == 0);
        if (i % 20 == 0)
            interleave();
    }
    CHECK(gzgets(file, line, sizeof line) == NULL && gzeof(file));
    CHECK_EQUAL(gzclose(file), Z_OK);
    unlink(path);
    interleave();
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    streams();
    files();
    return finish("zlib");
}
