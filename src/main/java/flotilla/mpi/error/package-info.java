/**
 * MPI error classes (MPI-3.1 section 8.4) and the exception with which a call reports one. What then happens — the job
 * ends, the call returns the code, a handler runs — is decided where the call was dispatched.
 */
package flotilla.mpi.error;
