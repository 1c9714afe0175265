/**
 * Completion of nonblocking operations (MPI-3.1 section 3.7): the wait and test families, and generalized requests
 * (section 12.2), whose callbacks run in the guest.
 */
package flotilla.mpi.request;
