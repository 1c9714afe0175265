/*
 * Attributes on communicators and types with copy and delete callbacks, predefined attributes, the MPI-1 names, info
 * objects, error handlers, and callbacks of MPI_COMM_SELF at MPI_Finalize.
 *
 * test: ranks 1 3
 * test: flotilla-ranks 10
 */
#include "../support/check.h"

static int copies, deletions, finalized;

static int copy_twice(MPI_Comm comm, int keyval, void *extra, void *in, void *out, int *flag)
{
    (void)comm, (void)keyval;
    copies++;
    CHECK_EQUAL((long)extra, 77);
    *(void **)out = (char *)in + 1;
    *flag = 1;
    return MPI_SUCCESS;
}

static int delete_it(MPI_Comm comm, int keyval, void *value, void *extra)
{
    (void)comm, (void)keyval, (void)value;
    CHECK_EQUAL((long)extra, 77);
    deletions++;
    return MPI_SUCCESS;
}

static void test_comm_attributes(void)
{
    int keyval, uncopied, dupped, flag;
    void *value;
    MPI_Comm base, copy;
    MPI_Comm_create_keyval(copy_twice, delete_it, &keyval, (void *)77);
    MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, MPI_COMM_NULL_DELETE_FN, &uncopied, NULL);
    MPI_Comm_create_keyval(MPI_COMM_DUP_FN, MPI_COMM_NULL_DELETE_FN, &dupped, NULL);
    MPI_Comm_dup(MPI_COMM_WORLD, &base);
    MPI_Comm_get_attr(base, keyval, &value, &flag);
    CHECK(!flag);
    MPI_Comm_set_attr(base, keyval, (void *)1000);
    MPI_Comm_set_attr(base, uncopied, (void *)5);
    MPI_Comm_set_attr(base, dupped, (void *)6);
    MPI_Comm_dup(base, &copy);
    CHECK_EQUAL(copies, 1);
    MPI_Comm_get_attr(copy, keyval, &value, &flag);
    CHECK(flag);
    CHECK_EQUAL((long)value, 1001);
    MPI_Comm_get_attr(copy, uncopied, &value, &flag);
    CHECK(!flag);
    MPI_Comm_get_attr(copy, dupped, &value, &flag);
    CHECK(flag);
    CHECK_EQUAL((long)value, 6);
    MPI_Comm_set_attr(copy, keyval, (void *)2000);  /* deletes the old one */
    CHECK_EQUAL(deletions, 1);
    MPI_Comm_delete_attr(copy, keyval);
    CHECK_EQUAL(deletions, 2);
    MPI_Comm_free(&copy);
    CHECK_EQUAL(deletions, 2);
    int old = keyval;
    MPI_Comm_free_keyval(&keyval);
    CHECK_EQUAL(keyval, MPI_KEYVAL_INVALID);
    MPI_Comm_get_attr(base, old, &value, &flag);  /* lives as long as it is used */
    CHECK(flag);
    MPI_Comm_free(&base);
    CHECK_EQUAL(deletions, 3);
    MPI_Comm_free_keyval(&uncopied);
    MPI_Comm_free_keyval(&dupped);
}

static int type_copies, type_deletions;

static int copy_type(MPI_Datatype type, int keyval, void *extra, void *in, void *out, int *flag)
{
    (void)type, (void)keyval, (void)extra;
    type_copies++;
    *(void **)out = in;
    *flag = 1;
    return MPI_SUCCESS;
}

static int delete_type(MPI_Datatype type, int keyval, void *value, void *extra)
{
    (void)type, (void)keyval, (void)value, (void)extra;
    type_deletions++;
    return MPI_SUCCESS;
}

static void test_type_attributes(void)
{
    int keyval, flag;
    void *value;
    MPI_Datatype type, copy;
    MPI_Type_create_keyval(copy_type, delete_type, &keyval, NULL);
    MPI_Type_contiguous(3, MPI_INT, &type);
    MPI_Type_set_attr(type, keyval, &type);
    MPI_Type_dup(type, &copy);
    CHECK_EQUAL(type_copies, 1);
    MPI_Type_get_attr(copy, keyval, &value, &flag);
    CHECK(flag && value == &type);
    MPI_Type_free(&type);
    MPI_Type_free(&copy);
    CHECK_EQUAL(type_deletions, 2);
    MPI_Type_free_keyval(&keyval);
}

static void test_predefined(void)
{
    int flag, *value;
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_TAG_UB, &value, &flag);
    CHECK(flag && *value >= 32767);
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_WTIME_IS_GLOBAL, &value, &flag);
    CHECK(flag && (*value == 0 || *value == 1));
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_HOST, &value, &flag);
    CHECK(flag);
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_IO, &value, &flag);
    CHECK(flag);
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_APPNUM, &value, &flag);
    CHECK(!flag || *value == 0);
    MPI_Comm_get_attr(MPI_COMM_WORLD, MPI_UNIVERSE_SIZE, &value, &flag);
    CHECK(!flag || *value >= 1);
}

static void test_old_names(void)
{
    int keyval, flag;
    void *value;
    MPI_Aint address;
    MPI_Keyval_create(MPI_NULL_COPY_FN, MPI_NULL_DELETE_FN, &keyval, NULL);
    MPI_Attr_put(MPI_COMM_WORLD, keyval, (void *)31);
    MPI_Attr_get(MPI_COMM_WORLD, keyval, &value, &flag);
    CHECK(flag);
    CHECK_EQUAL((long)value, 31);
    MPI_Attr_delete(MPI_COMM_WORLD, keyval);
    MPI_Attr_get(MPI_COMM_WORLD, keyval, &value, &flag);
    CHECK(!flag);
    MPI_Keyval_free(&keyval);
    MPI_Address(&flag, &address);
    CHECK(address == (MPI_Aint)&flag);
}

static void test_info(void)
{
    MPI_Info info, copy;
    char value[MPI_MAX_INFO_VAL + 1], key[MPI_MAX_INFO_KEY + 1];
    int flag, count, length;
    MPI_Info_create(&info);
    MPI_Info_set(info, "one", "first");
    MPI_Info_set(info, "two", "second");
    MPI_Info_set(info, "three", "third");
    MPI_Info_set(info, "two", "2nd");
    MPI_Info_get_nkeys(info, &count);
    CHECK_EQUAL(count, 3);
    MPI_Info_get(info, "two", MPI_MAX_INFO_VAL, value, &flag);
    CHECK(flag && strcmp(value, "2nd") == 0);
    MPI_Info_get_valuelen(info, "three", &length, &flag);
    CHECK(flag);
    CHECK_EQUAL(length, 5);
    MPI_Info_get(info, "four", MPI_MAX_INFO_VAL, value, &flag);
    CHECK(!flag);
    MPI_Info_get_nthkey(info, 0, key);
    CHECK(strcmp(key, "one") == 0);
    MPI_Info_dup(info, &copy);
    MPI_Info_delete(info, "one");
    MPI_Info_get_nkeys(info, &count);
    CHECK_EQUAL(count, 2);
    MPI_Info_get_nkeys(copy, &count);
    CHECK_EQUAL(count, 3);
    MPI_Info_free(&copy);
    MPI_Info_free(&info);
    CHECK(info == MPI_INFO_NULL);
}

static int handled, handled_code;

static void handler(MPI_Comm *comm, int *code, ...)
{
    (void)comm;
    handled++;
    handled_code = *code;
}

static void test_error_handlers(void)
{
    MPI_Errhandler mine, got;
    MPI_Comm comm, child;
    int class, code, added_class, added_code, length;
    char text[MPI_MAX_ERROR_STRING];

    MPI_Comm_create_errhandler(handler, &mine);
    MPI_Comm_dup(MPI_COMM_WORLD, &comm);
    MPI_Comm_get_errhandler(comm, &got);
    CHECK(got == MPI_ERRORS_ARE_FATAL);
    MPI_Comm_set_errhandler(comm, mine);
    MPI_Errhandler_free(&mine);
    CHECK(mine == MPI_ERRHANDLER_NULL);
    code = MPI_Send(&code, 1, MPI_INT, check_size + 5, 0, comm);
    CHECK_EQUAL(handled, 1);
    CHECK_EQUAL(handled_code, code);
    MPI_Error_class(code, &class);
    CHECK_EQUAL(class, MPI_ERR_RANK);
    /* A duplicate inherits the handler. */
    MPI_Comm_dup(comm, &child);
    MPI_Send(&code, -1, MPI_INT, 0, 0, child);
    CHECK_EQUAL(handled, 2);
    MPI_Error_class(handled_code, &class);
    CHECK_EQUAL(class, MPI_ERR_COUNT);

    MPI_Add_error_class(&added_class);
    CHECK(added_class > MPI_ERR_LASTCODE);
    MPI_Add_error_code(added_class, &added_code);
    MPI_Add_error_string(added_code, "the sky is falling");
    MPI_Error_string(added_code, text, &length);
    CHECK(strcmp(text, "the sky is falling") == 0);
    CHECK_EQUAL(length, strlen(text));
    MPI_Error_class(added_code, &class);
    CHECK_EQUAL(class, added_class);
    MPI_Comm_call_errhandler(child, added_code);
    CHECK_EQUAL(handled, 3);
    CHECK_EQUAL(handled_code, added_code);
    MPI_Comm_free(&child);
    MPI_Comm_free(&comm);
}

static int at_finalize(MPI_Comm comm, int keyval, void *value, void *extra)
{
    int done;
    (void)comm, (void)keyval, (void)extra;
    MPI_Finalized(&done);
    finalized += !done;
    if (check_rank == 0)
        printf("callback %ld at MPI_Finalize\n", (long)value);
    return MPI_SUCCESS;
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    test_comm_attributes();
    test_type_attributes();
    test_predefined();
    test_old_names();
    test_info();
    test_error_handlers();
    for (long i = 1; i <= 3; i++) {
        int keyval;
        MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, at_finalize, &keyval, NULL);
        MPI_Comm_set_attr(MPI_COMM_SELF, keyval, (void *)i);
    }
    int status = finish("attributes");
    return status || finalized != 3;
}
