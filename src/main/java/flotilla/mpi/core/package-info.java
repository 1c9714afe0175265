/**
 * What every chapter of MPI needs: ranks, groups, communicators, handles, requests, and the ways in which a rank waits.
 *
 * <p>A {@link flotilla.mpi.core.Rank} is an actor. Its state is touched only by the PE that runs it; everybody else puts
 * a {@link flotilla.mpi.core.Delivery} into its inbox and wakes it. A call that cannot complete leaves a
 * {@link flotilla.mpi.core.Wait} behind and answers {@link flotilla.mpi.core.Rank#BLOCKED}; the PE then runs other
 * ranks and asks the wait again when the rank has been woken. Collective calls meet in a
 * {@link flotilla.mpi.core.Meeting}, where the last to arrive does the work of all.
 */
package flotilla.mpi.core;
