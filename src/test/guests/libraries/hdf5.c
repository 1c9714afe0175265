/*
 * HDF5: a file per rank, open while the ranks wait for each other, with a filter, attributes and a compound type; the
 * table of identifiers, the error handler and the error stack are a rank's own.
 *
 * test: package libhdf5-dev
 * test: pkg-config hdf5
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <hdf5.h>
#include <unistd.h>

struct particle {
    int number;
    double mass;
    char name[16];
};

static int complaints;

static herr_t complain(hid_t stack, void *data)
{
    complaints += *(int *)data;
    return H5Ewalk2(stack, H5E_WALK_UPWARD, NULL, NULL);
}

static hid_t particle_type(void)
{
    hid_t text = H5Tcopy(H5T_C_S1), type = H5Tcreate(H5T_COMPOUND, sizeof(struct particle));
    H5Tset_size(text, sizeof ((struct particle *)0)->name);
    H5Tinsert(type, "number", HOFFSET(struct particle, number), H5T_NATIVE_INT);
    H5Tinsert(type, "mass", HOFFSET(struct particle, mass), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "name", HOFFSET(struct particle, name), text);
    H5Tclose(text);
    return type;
}

static struct particle particle(int i)
{
    struct particle p = {i + 1000 * check_rank, 0.5 * i + check_rank, ""};
    snprintf(p.name, sizeof p.name, "p%d of %d", i, check_rank);
    return p;
}

static void write_file(const char *path, int rows)
{
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    CHECK(file >= 0);
    interleave();
    CHECK_EQUAL(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 1);

    /* Compressed and shuffled, in chunks. */
    hsize_t shape[2] = {(hsize_t)rows, 64}, chunk[2] = {8, 64};
    hid_t space = H5Screate_simple(2, shape, NULL), list = H5Pcreate(H5P_DATASET_CREATE);
    CHECK(H5Pset_chunk(list, 2, chunk) >= 0 && H5Pset_shuffle(list) >= 0 && H5Pset_deflate(list, 6) >= 0);
    hid_t set = H5Dcreate2(file, "field", H5T_IEEE_F64BE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    double *field = malloc(sizeof(double) * rows * 64);
    for (int i = 0; i < rows * 64; i++)
        field[i] = check_rank + (i % 100) * 0.25;
    interleave();
    CHECK(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, field) >= 0);
    free(field);

    hid_t scalar = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate2(set, "rank", H5T_STD_I32LE, scalar, H5P_DEFAULT, H5P_DEFAULT);
    CHECK(H5Awrite(attribute, H5T_NATIVE_INT, &check_rank) >= 0);
    interleave();

    hid_t type = particle_type(), group = H5Gcreate2(file, "/some/group",
        ({ list = H5Pcreate(H5P_LINK_CREATE); H5Pset_create_intermediate_group(list, 1); list; }), H5P_DEFAULT, H5P_DEFAULT);
    hsize_t count = 20;
    hid_t line = H5Screate_simple(1, &count, NULL);
    hid_t table = H5Dcreate2(group, "particles", type, line, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    struct particle particles[20];
    for (int i = 0; i < 20; i++)
        particles[i] = particle(i);
    CHECK(H5Dwrite(table, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, particles) >= 0);
    interleave();
    CHECK(H5Dclose(table) >= 0 && H5Sclose(line) >= 0 && H5Gclose(group) >= 0 && H5Tclose(type) >= 0);
    CHECK(H5Aclose(attribute) >= 0 && H5Sclose(scalar) >= 0 && H5Dclose(set) >= 0 && H5Sclose(space) >= 0);
    CHECK_EQUAL(H5Fget_obj_count(H5F_OBJ_ALL, H5F_OBJ_ALL), 1);
    CHECK(H5Fclose(file) >= 0);
}

static void read_file(const char *path, int rows)
{
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT), set = H5Dopen2(file, "field", H5P_DEFAULT);
    hsize_t shape[2];
    CHECK_EQUAL(H5Sget_simple_extent_dims(H5Dget_space(set), shape, NULL), 2);
    CHECK_EQUAL(shape[0], rows);
    double *field = malloc(sizeof(double) * rows * 64);
    CHECK(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, field) >= 0);
    interleave();
    int wrong = 0, rank = -1;
    for (int i = 0; i < rows * 64; i++)
        wrong += field[i] != check_rank + (i % 100) * 0.25;
    CHECK_EQUAL(wrong, 0);
    free(field);
    CHECK(H5Aread(H5Aopen(set, "rank", H5P_DEFAULT), H5T_NATIVE_INT, &rank) >= 0);
    CHECK_EQUAL(rank, check_rank);
    printf("rank %d of %d: %d rows in %d bytes\n", check_rank, check_size, rows, (int)H5Dget_storage_size(set));

    struct particle particles[20];
    hid_t table = H5Dopen2(file, "some/group/particles", H5P_DEFAULT);
    CHECK(H5Dread(table, particle_type(), H5S_ALL, H5S_ALL, H5P_DEFAULT, particles) >= 0);
    interleave();
    for (int i = 0; i < 20; i++) {
        struct particle p = particle(i);
        CHECK(particles[i].number == p.number && particles[i].mass == p.mass && strcmp(particles[i].name, p.name) == 0);
    }
    H5Fclose(file);
}

int main(int argc, char **argv)
{
    start(&argc, &argv);
    const char *folder = make_folder();
    char path[100];
    snprintf(path, sizeof path, "%s/%d.h5", folder, check_rank);
    int rows = 10 + 9 * (check_rank % 8), weight = check_rank + 1;
    CHECK(H5Eset_auto2(H5E_DEFAULT, complain, &weight) >= 0);
    write_file(path, rows);
    read_file(path, rows);

    /* Even ranks make an error, whose stack is theirs. */
    interleave();
    if (check_rank % 2 == 0)
        CHECK(H5Gopen2(12345, "nothing", H5P_DEFAULT) < 0);
    interleave();
    CHECK_EQUAL(complaints, check_rank % 2 == 0 ? weight : 0);
    CHECK_EQUAL(H5Eget_num(H5E_DEFAULT) > 0, check_rank % 2 == 0);
    /* Closing the library in one rank closes nothing in another. */
    hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    interleave();
    if (check_rank % 2 == 0)
        CHECK(H5close() >= 0);
    interleave();
    CHECK_EQUAL(H5Iis_valid(list), check_rank % 2 != 0);
    unlink(path);
    interleave();
    if (check_rank == 0)
        CHECK_EQUAL(rmdir(folder), 0);
    return finish("HDF5");
}
