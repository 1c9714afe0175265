/**
 * Collective operations (MPI-3.1 chapter 5 and sections 7.6 and 7.7).
 *
 * <p>The members of a communicator share an address space, so nobody sends messages: whoever arrives leaves a
 * {@link flotilla.mpi.collective.Contribution}, and data goes from buffer to buffer with one copy. What differs is who has to
 * be there before something can be done:
 * <ul>
 * <li>{@link flotilla.mpi.collective.FullCollective}: everybody. The last to arrive does the work; when it is much, it is cut
 *     into units and blocked members on other PEs are woken to take some.</li>
 * <li>{@link flotilla.mpi.collective.RootedCollective}: the root and one other member at a time. Small data is left in a
 *     store and its owner goes on at once.</li>
 * <li>{@link flotilla.mpi.collective.NeighborCollective}: the two ends of an edge of the topology.</li>
 * </ul>
 * In all three the work is done by a member that is inside an MPI call, never left to one that has started a nonblocking
 * operation and computes: a nonblocking operation completes though its owner makes no further MPI call.
 *
 * <p>In a job of several nodes members share nothing, and a call is a sequence of {@link flotilla.mpi.rounds rounds} of
 * messages instead: {@link flotilla.mpi.collective.MessageCollectives} chooses which. What a member brings is a Contribution
 * there as well.
 */
package flotilla.mpi.collective;
