/*
 * The tool information interface (MPI-3.1 section 14.3). Flotilla offers no control or performance variables, and so no
 * categories, which the standard allows: a tool that asks is told that there are none, and every index, name and handle
 * is invalid. Needs nothing of the host, since a tool may ask before MPI_Init and after MPI_Finalize.
 */
#include "entry.h"

/* MPI_T_init_thread calls that await their MPI_T_finalize. */
static int initializations;
static int sessions;

static int checked(int answer) {
    return initializations > 0 ? answer : MPI_T_ERR_NOT_INITIALIZED;
}

static int none(int *number) {
    if (initializations > 0) {
        *number = 0;
    }
    return checked(MPI_SUCCESS);
}

FLOTILLA_EXPORT int PMPI_T_init_thread(int required, int *provided) {
    initializations++;
    *provided = required;
    return MPI_SUCCESS;
}
FLOTILLA_ALIAS(MPI_T_init_thread, PMPI_T_init_thread);

FLOTILLA_EXPORT int PMPI_T_finalize(void) {
    if (initializations == 0) {
        return MPI_T_ERR_NOT_INITIALIZED;
    }
    initializations--;
    return MPI_SUCCESS;
}
FLOTILLA_ALIAS(MPI_T_finalize, PMPI_T_finalize);

/* A session is a number; all that can be done with one is to end it. */
FLOTILLA_EXPORT int PMPI_T_pvar_session_create(MPI_T_pvar_session *session) {
    if (initializations > 0) {
        *session = (MPI_T_pvar_session)(long)++sessions;
    }
    return checked(MPI_SUCCESS);
}
FLOTILLA_ALIAS(MPI_T_pvar_session_create, PMPI_T_pvar_session_create);

FLOTILLA_EXPORT int PMPI_T_pvar_session_free(MPI_T_pvar_session *session) {
    if (initializations > 0 && (long)*session > 0 && (long)*session <= sessions) {
        *session = 0;
        return MPI_SUCCESS;
    }
    return checked(MPI_T_ERR_INVALID_SESSION);
}
FLOTILLA_ALIAS(MPI_T_pvar_session_free, PMPI_T_pvar_session_free);

/* Of all handles of a session, which are none, everything succeeds. */
static int on_handle(MPI_T_pvar_handle handle) {
    return checked(handle == MPI_T_PVAR_ALL_HANDLES ? MPI_SUCCESS : MPI_T_ERR_INVALID_HANDLE);
}

FLOTILLA_EXPORT int PMPI_T_cvar_get_num(int *num_cvar) {
    return none(num_cvar);
}
FLOTILLA_ALIAS(MPI_T_cvar_get_num, PMPI_T_cvar_get_num);

FLOTILLA_EXPORT int PMPI_T_pvar_get_num(int *num_pvar) {
    return none(num_pvar);
}
FLOTILLA_ALIAS(MPI_T_pvar_get_num, PMPI_T_pvar_get_num);

FLOTILLA_EXPORT int PMPI_T_category_get_num(int *num_cat) {
    return none(num_cat);
}
FLOTILLA_ALIAS(MPI_T_category_get_num, PMPI_T_category_get_num);

FLOTILLA_EXPORT int PMPI_T_category_changed(int *update_number) {
    return none(update_number);
}
FLOTILLA_ALIAS(MPI_T_category_changed, PMPI_T_category_changed);

FLOTILLA_EXPORT int PMPI_T_category_get_categories(int cat_index, int len, int indices[]) {
    (void)cat_index;
    (void)len;
    (void)indices;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_category_get_categories, PMPI_T_category_get_categories);

FLOTILLA_EXPORT int PMPI_T_category_get_cvars(int cat_index, int len, int indices[]) {
    (void)cat_index;
    (void)len;
    (void)indices;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_category_get_cvars, PMPI_T_category_get_cvars);

FLOTILLA_EXPORT int PMPI_T_category_get_pvars(int cat_index, int len, int indices[]) {
    (void)cat_index;
    (void)len;
    (void)indices;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_category_get_pvars, PMPI_T_category_get_pvars);

FLOTILLA_EXPORT int PMPI_T_category_get_index(const char *name, int *cat_index) {
    (void)name;
    (void)cat_index;
    return checked(MPI_T_ERR_INVALID_NAME);
}
FLOTILLA_ALIAS(MPI_T_category_get_index, PMPI_T_category_get_index);

FLOTILLA_EXPORT int PMPI_T_category_get_info(int cat_index, char *name, int *name_len, char *desc, int *desc_len, int *num_cvars, int *num_pvars,
    int *num_categories) {
    (void)cat_index;
    (void)name;
    (void)name_len;
    (void)desc;
    (void)desc_len;
    (void)num_cvars;
    (void)num_pvars;
    (void)num_categories;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_category_get_info, PMPI_T_category_get_info);

FLOTILLA_EXPORT int PMPI_T_cvar_get_index(const char *name, int *cvar_index) {
    (void)name;
    (void)cvar_index;
    return checked(MPI_T_ERR_INVALID_NAME);
}
FLOTILLA_ALIAS(MPI_T_cvar_get_index, PMPI_T_cvar_get_index);

FLOTILLA_EXPORT int PMPI_T_cvar_get_info(int cvar_index, char *name, int *name_len, int *verbosity, MPI_Datatype *datatype, MPI_T_enum *enumtype,
    char *desc, int *desc_len, int *bind, int *scope) {
    (void)cvar_index;
    (void)name;
    (void)name_len;
    (void)verbosity;
    (void)datatype;
    (void)enumtype;
    (void)desc;
    (void)desc_len;
    (void)bind;
    (void)scope;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_cvar_get_info, PMPI_T_cvar_get_info);

FLOTILLA_EXPORT int PMPI_T_cvar_handle_alloc(int cvar_index, void *obj_handle, MPI_T_cvar_handle *handle, int *count) {
    (void)cvar_index;
    (void)obj_handle;
    (void)handle;
    (void)count;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_cvar_handle_alloc, PMPI_T_cvar_handle_alloc);

FLOTILLA_EXPORT int PMPI_T_cvar_handle_free(MPI_T_cvar_handle *handle) {
    (void)handle;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_cvar_handle_free, PMPI_T_cvar_handle_free);

FLOTILLA_EXPORT int PMPI_T_cvar_read(MPI_T_cvar_handle handle, void *buf) {
    (void)handle;
    (void)buf;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_cvar_read, PMPI_T_cvar_read);

FLOTILLA_EXPORT int PMPI_T_cvar_write(MPI_T_cvar_handle handle, const void *buf) {
    (void)handle;
    (void)buf;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_cvar_write, PMPI_T_cvar_write);

FLOTILLA_EXPORT int PMPI_T_enum_get_info(MPI_T_enum enumtype, int *num, char *name, int *name_len) {
    (void)enumtype;
    (void)num;
    (void)name;
    (void)name_len;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_enum_get_info, PMPI_T_enum_get_info);

FLOTILLA_EXPORT int PMPI_T_enum_get_item(MPI_T_enum enumtype, int index, int *value, char *name, int *name_len) {
    (void)enumtype;
    (void)index;
    (void)value;
    (void)name;
    (void)name_len;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_enum_get_item, PMPI_T_enum_get_item);

FLOTILLA_EXPORT int PMPI_T_pvar_get_index(const char *name, int var_class, int *pvar_index) {
    (void)name;
    (void)var_class;
    (void)pvar_index;
    return checked(MPI_T_ERR_INVALID_NAME);
}
FLOTILLA_ALIAS(MPI_T_pvar_get_index, PMPI_T_pvar_get_index);

FLOTILLA_EXPORT int PMPI_T_pvar_get_info(int pvar_index, char *name, int *name_len, int *verbosity, int *var_class, MPI_Datatype *datatype,
    MPI_T_enum *enumtype, char *desc, int *desc_len, int *bind, int *readonly, int *continuous, int *atomic) {
    (void)pvar_index;
    (void)name;
    (void)name_len;
    (void)verbosity;
    (void)var_class;
    (void)datatype;
    (void)enumtype;
    (void)desc;
    (void)desc_len;
    (void)bind;
    (void)readonly;
    (void)continuous;
    (void)atomic;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_pvar_get_info, PMPI_T_pvar_get_info);

FLOTILLA_EXPORT int PMPI_T_pvar_handle_alloc(MPI_T_pvar_session session, int pvar_index, void *obj_handle, MPI_T_pvar_handle *handle, int *count) {
    (void)session;
    (void)pvar_index;
    (void)obj_handle;
    (void)handle;
    (void)count;
    return checked(MPI_T_ERR_INVALID_INDEX);
}
FLOTILLA_ALIAS(MPI_T_pvar_handle_alloc, PMPI_T_pvar_handle_alloc);

FLOTILLA_EXPORT int PMPI_T_pvar_handle_free(MPI_T_pvar_session session, MPI_T_pvar_handle *handle) {
    (void)session;
    (void)handle;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_pvar_handle_free, PMPI_T_pvar_handle_free);

FLOTILLA_EXPORT int PMPI_T_pvar_read(MPI_T_pvar_session session, MPI_T_pvar_handle handle, void *buf) {
    (void)session;
    (void)handle;
    (void)buf;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_pvar_read, PMPI_T_pvar_read);

FLOTILLA_EXPORT int PMPI_T_pvar_readreset(MPI_T_pvar_session session, MPI_T_pvar_handle handle, void *buf) {
    (void)session;
    (void)handle;
    (void)buf;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_pvar_readreset, PMPI_T_pvar_readreset);

FLOTILLA_EXPORT int PMPI_T_pvar_write(MPI_T_pvar_session session, MPI_T_pvar_handle handle, const void *buf) {
    (void)session;
    (void)handle;
    (void)buf;
    return checked(MPI_T_ERR_INVALID_HANDLE);
}
FLOTILLA_ALIAS(MPI_T_pvar_write, PMPI_T_pvar_write);

FLOTILLA_EXPORT int PMPI_T_pvar_reset(MPI_T_pvar_session session, MPI_T_pvar_handle handle) {
    (void)session;
    return on_handle(handle);
}
FLOTILLA_ALIAS(MPI_T_pvar_reset, PMPI_T_pvar_reset);

FLOTILLA_EXPORT int PMPI_T_pvar_start(MPI_T_pvar_session session, MPI_T_pvar_handle handle) {
    (void)session;
    return on_handle(handle);
}
FLOTILLA_ALIAS(MPI_T_pvar_start, PMPI_T_pvar_start);

FLOTILLA_EXPORT int PMPI_T_pvar_stop(MPI_T_pvar_session session, MPI_T_pvar_handle handle) {
    (void)session;
    return on_handle(handle);
}
FLOTILLA_ALIAS(MPI_T_pvar_stop, PMPI_T_pvar_stop);
