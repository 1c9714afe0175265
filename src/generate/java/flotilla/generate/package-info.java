/**
 * The generator: from one table of MPI functions, and from the constants that Java and C share, it writes the entry points
 * of the guest library, the headers for programs, and the host's dispatch. Has no dependencies and no compiled form: Java's
 * source launcher runs it before anything else of the build.
 */
package flotilla.generate;
