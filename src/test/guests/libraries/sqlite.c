/*
 * SQLite: a database in each rank's memory, functions of the program called by its queries, the library's counters, and a
 * file that all ranks write, where only locks between processes keep them apart.
 *
 * test: package libsqlite3-dev
 * test: pkg-config sqlite3
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <sched.h>
#include <sqlite3.h>
#include <unistd.h>

static int logged;

static void log_message(void *data, int code, const char *message)
{
    (void)data, (void)code, (void)message;
    logged++;
}

static void rank_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    sqlite3_result_int(context, sqlite3_value_int(values[0]) * 100 + check_rank);
}

static int add(void *sum, int columns, char **values, char **names)
{
    (void)columns, (void)names;
    *(long *)sum += atol(values[0]);
    return 0;
}

static void execute(sqlite3 *base, const char *statement)
{
    char *message = NULL;
    if (sqlite3_exec(base, statement, NULL, NULL, &message) != SQLITE_OK)
        check_failed(__FILE__, __LINE__, "%s: %s", statement, message);
}

static long query(sqlite3 *base, const char *statement)
{
    long sum = 0;
    char *message = NULL;
    if (sqlite3_exec(base, statement, add, &sum, &message) != SQLITE_OK)
        check_failed(__FILE__, __LINE__, "%s: %s", statement, message);
    return sum;
}

static void in_memory(void)
{
    sqlite3 *base;
    CHECK_EQUAL(sqlite3_open(":memory:", &base), SQLITE_OK);
    CHECK_EQUAL(sqlite3_create_function(base, "ranked", 1, SQLITE_UTF8, NULL, rank_function, NULL, NULL), SQLITE_OK);
    execute(base, "create table t (a integer primary key, b text)");
    int rows = 10 + check_rank % 9;
    sqlite3_stmt *insert;
    sqlite3_prepare_v2(base, "insert into t values (?, ?)", -1, &insert, NULL);
    for (int i = 0; i < rows; i++) {
        sqlite3_bind_int(insert, 1, i);
        sqlite3_bind_text(insert, 2, "some text", -1, SQLITE_STATIC);
        CHECK_EQUAL(sqlite3_step(insert), SQLITE_DONE);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    interleave();
    CHECK_EQUAL(query(base, "select count(*) from t"), rows);
    CHECK_EQUAL(query(base, "select ranked(a) from t"), 100 * rows * (rows - 1) / 2 + rows * check_rank);
    CHECK_EQUAL(sqlite3_total_changes(base), rows);
    CHECK(sqlite3_exec(base, "no such statement", NULL, NULL, NULL) == SQLITE_ERROR);
    interleave();
    CHECK_EQUAL(logged, check_rank % 2 == 0);
    CHECK_EQUAL(sqlite3_close(base), SQLITE_OK);
}

/* Ranks that hold more memory say so, and the others don't. */
static void counters(void)
{
    sqlite3_int64 before = sqlite3_memory_used();
    void *block = sqlite3_malloc(10000 * (check_rank + 1));
    interleave();
    sqlite3_int64 used = sqlite3_memory_used() - before;
    CHECK(used >= 10000 * (check_rank + 1) && used < 10000 * (check_rank + 1) + 1000);
    sqlite3_free(block);
}

/* Two connections of one rank to one file are kept apart by the library, not by locks, which a process has once. */
static void two_connections(void)
{
    const char *folder = make_folder();
    char path[100];
    sqlite3 *one, *two;
    snprintf(path, sizeof path, "%s/%d", folder, check_rank);
    CHECK_EQUAL(sqlite3_open(path, &one), SQLITE_OK);
    CHECK_EQUAL(sqlite3_open(path, &two), SQLITE_OK);
    execute(one, "create table t (a integer)");
    execute(one, "begin");
    CHECK_EQUAL(query(one, "select count(*) from t"), 0);
    execute(two, "begin immediate");
    interleave();
    execute(two, "insert into t values (3)");
    execute(one, "commit");
    execute(two, "commit");
    CHECK_EQUAL(query(one, "select a from t"), 3);
    CHECK_EQUAL(sqlite3_close(two), SQLITE_OK);
    execute(one, "insert into t values (4)");
    interleave();
    CHECK_EQUAL(query(one, "select a from t"), 7);
    CHECK_EQUAL(sqlite3_close(one), SQLITE_OK);
    unlink(path);
    interleave();
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
}

static void shared_file(void)
{
    const char *folder = make_folder();
    char path[100];
    snprintf(path, sizeof path, "%s/base", folder);
    sqlite3 *base;
    CHECK_EQUAL(sqlite3_open(path, &base), SQLITE_OK);
    sqlite3_busy_timeout(base, 60000);
    if (check_rank == 0) {
        execute(base, "pragma journal_mode = delete");
        execute(base, "create table counter (value integer)");
        execute(base, "insert into counter values (0)");
    }
    interleave();
    /* A rank that has begun to write keeps the others from writing, as long as it waits. */
    sqlite3_busy_timeout(base, 0);
    if (check_rank == 0)
        execute(base, "begin immediate");
    interleave();
    if (check_rank != 0)
        CHECK_EQUAL(sqlite3_exec(base, "begin immediate", NULL, NULL, NULL), SQLITE_BUSY);
    interleave();
    if (check_rank == 0)
        execute(base, "commit");
    interleave();
    sqlite3_busy_timeout(base, 60000);
    int rounds = check_size > 16 ? 1 : 5;
    execute(base, "pragma synchronous = off");
    for (int i = 0; i < rounds; i++) {
        execute(base, "begin immediate");
        long value = query(base, "select value from counter");
        char statement[80];
        snprintf(statement, sizeof statement, "update counter set value = %ld", value + 1);
        sched_yield();
        execute(base, statement);
        execute(base, "commit");
    }
    interleave();
    CHECK_EQUAL(query(base, "select value from counter"), rounds * check_size);
    CHECK_EQUAL(query(base, "select count(*) from pragma_integrity_check where integrity_check = 'ok'"), 1);
    CHECK_EQUAL(sqlite3_close(base), SQLITE_OK);
    interleave();
    if (check_rank == 0) {
        unlink(path);
        CHECK_EQUAL(rmdir(folder), 0);
    }
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    if (check_rank % 2 == 0)
        CHECK_EQUAL(sqlite3_config(SQLITE_CONFIG_LOG, log_message, NULL), SQLITE_OK);
    CHECK_EQUAL(sqlite3_initialize(), SQLITE_OK);
    in_memory();
    counters();
    two_connections();
    shared_file();
    return finish("SQLite");
}
