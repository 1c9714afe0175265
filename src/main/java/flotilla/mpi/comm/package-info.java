/**
 * How communicators come into being (MPI-3.1 sections 6.4 and 6.6), what is cached on them (6.7), and the objects that
 * every rank has from the start.
 *
 * <p>A new communicator is a {@link flotilla.mpi.core.Comm.Shared} that its members agree on, and one
 * {@link flotilla.mpi.core.Comm} per member. Where each member knows the new group without asking (dup, create, Cartesian
 * grids), whoever comes first makes the shared part and nobody waits: see {@link flotilla.mpi.comm.Agreement}. Where the
 * group depends on what the others say (split, intercommunicators), they meet.
 *
 * <p>In a job of several nodes what members would bring to a meeting goes up and down a tree of messages, and each process
 * concludes once for all its members: see {@link flotilla.mpi.comm.CommMeeting}.
 */
package flotilla.mpi.comm;
