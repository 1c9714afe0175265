/*
 * GLib and GObject: quarks and types, numbered as a rank registers them, log handlers, signals of objects, a main loop
 * whose timeouts let other ranks run, and a module loaded by name.
 *
 * test: package libglib2.0-dev
 * test: pkg-config gobject-2.0
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <glib-object.h>

typedef struct {
    GObject parent;
    int value;
} Counter;

typedef struct {
    GObjectClass parent;
} CounterClass;

G_DEFINE_TYPE(Counter, counter, G_TYPE_OBJECT)

static guint changed;

static void counter_class_init(CounterClass *class)
{
    changed = g_signal_new("changed", G_TYPE_FROM_CLASS(class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
}

static void counter_init(Counter *counter)
{
    counter->value = check_rank;
}

static void on_change(Counter *counter, int by, int *sum)
{
    counter->value += by;
    *sum += by;
}

static int messages;

static void note(const char *domain, GLogLevelFlags level, const char *text, void *data)
{
    (void)domain, (void)level, (void)data;
    char expected[40];
    snprintf(expected, sizeof expected, "from rank %d", check_rank);
    messages += strcmp(text, expected) == 0;
}

static int ticks;

static gboolean tick(void *loop)
{
    if (++ticks < 3 + check_rank % 3)
        return G_SOURCE_CONTINUE;
    g_main_loop_quit(loop);
    return G_SOURCE_REMOVE;
}

static gboolean once(void *flag)
{
    *(int *)flag += 1;
    return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    char name[60];
    snprintf(name, sizeof name, "program of rank %d", check_rank);
    g_set_prgname(name);

    /* The first new quark has the same number in every process, whatever the others register. */
    int extra = check_rank % 4;
    for (int i = 0; i < extra; i++) {
        snprintf(name, sizeof name, "quark %d of rank %d", i, check_rank);
        g_quark_from_string(name);
        interleave();
    }
    for (int i = extra; i < 3; i++)
        interleave();
    printf("rank %d of %d: quark %u\n", check_rank, check_size, g_quark_from_static_string("the last one"));

    /* Types and signals. */
    int sum = 0;
    Counter *counter = g_object_new(counter_get_type(), NULL);
    g_signal_connect(counter, "changed", G_CALLBACK(on_change), &sum);
    interleave();
    for (int i = 0; i < 5; i++) {
        g_signal_emit(counter, changed, 0, i * (check_rank + 1));
        interleave();
    }
    CHECK_EQUAL(sum, 10 * (check_rank + 1));
    CHECK_EQUAL(counter->value, check_rank + sum);
    g_object_unref(counter);

    /* Each rank writes its own log. */
    g_log_set_default_handler(note, NULL);
    interleave();
    g_message("from rank %d", check_rank);
    interleave();
    CHECK_EQUAL(messages, 1);
    snprintf(name, sizeof name, "program of rank %d", check_rank);
    CHECK(strcmp(g_get_prgname(), name) == 0);

    /* A hash table over a wait, and a random generator with a seed of its own. */
    GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (int i = 0; i < 100; i++)
        g_hash_table_insert(table, g_strdup_printf("%d/%d", check_rank, i), GINT_TO_POINTER(i + 1));
    g_random_set_seed((guint32)check_rank);
    interleave();
    snprintf(name, sizeof name, "%d/77", check_rank);
    CHECK_EQUAL(GPOINTER_TO_INT(g_hash_table_lookup(table, name)), 78);
    CHECK_EQUAL(g_hash_table_size(table), 100);
    g_hash_table_destroy(table);
    printf("rank %d of %d: random %u\n", check_rank, check_size, g_random_int());

    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    int idle = 0;
    g_timeout_add(2, tick, loop);
    g_idle_add(once, &idle);
    interleave();
    g_main_loop_run(loop);
    CHECK_EQUAL(ticks, 3 + check_rank % 3);
    CHECK_EQUAL(idle, 1);
    g_main_loop_unref(loop);
    return finish("GLib");
}
