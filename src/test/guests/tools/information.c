/*
 * The tool information interface before MPI_Init, between, and after MPI_Finalize: numbers of variables, every variable
 * there is, and what is refused.
 *
 * test: ranks 1 2
 */
#include <mpi.h>
#include <stdio.h>

#define EXPECT(what) ((what) ? 0 : (failures++, printf("line %d: %s\n", __LINE__, #what)))

int main(int argc, char **argv)
{
    int failures = 0, provided, number, rank;
    EXPECT(MPI_T_cvar_get_num(&number) == MPI_T_ERR_NOT_INITIALIZED);
    EXPECT(MPI_T_init_thread(MPI_THREAD_SINGLE, &provided) == MPI_SUCCESS);
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);

    EXPECT(MPI_T_cvar_get_num(&number) == MPI_SUCCESS && number >= 0);
    for (int i = 0; i < number; i++) {
        char name[256], text[256];
        int length = sizeof name, textlength = sizeof text, verbosity, bind, scope;
        MPI_Datatype type;
        MPI_T_enum values;
        EXPECT(MPI_T_cvar_get_info(i, name, &length, &verbosity, &type, &values, text, &textlength, &bind, &scope) == MPI_SUCCESS);
    }
    int length = 0, textlength = 0, verbosity, bind, scope, index;
    MPI_Datatype type;
    MPI_T_enum values;
    EXPECT(MPI_T_cvar_get_info(number, NULL, &length, &verbosity, &type, &values, NULL, &textlength, &bind, &scope)
           == MPI_T_ERR_INVALID_INDEX);
    EXPECT(MPI_T_cvar_get_index("no variable has this name", &index) == MPI_T_ERR_INVALID_NAME);
    EXPECT(MPI_T_pvar_get_num(&number) == MPI_SUCCESS && number >= 0);
    EXPECT(MPI_T_category_get_num(&number) == MPI_SUCCESS && number >= 0);

    MPI_T_pvar_session session;
    EXPECT(MPI_T_pvar_session_create(&session) == MPI_SUCCESS);
    EXPECT(MPI_T_pvar_start(session, MPI_T_PVAR_ALL_HANDLES) == MPI_SUCCESS);
    EXPECT(MPI_T_pvar_stop(session, MPI_T_PVAR_ALL_HANDLES) == MPI_SUCCESS);
    EXPECT(MPI_T_pvar_session_free(&session) == MPI_SUCCESS);
    EXPECT(session == MPI_T_PVAR_SESSION_NULL);

    MPI_Finalize();
    EXPECT(MPI_T_finalize() == MPI_SUCCESS);
    printf("rank %d: %d failures\n", rank, failures);
    return failures > 0;
}
