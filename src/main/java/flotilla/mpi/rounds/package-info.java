/**
 * Collective calls by messages, for jobs of several nodes, where the members of a communicator share no objects.
 *
 * <p>One member's part of a call is a sequence of rounds, as in libNBC (Hoefler, Lumsdaine, Rehm: Implementation and
 * performance analysis of non-blocking collective operations for MPI, SC 2007): a round posts sends and receives and names
 * pairs of vectors to combine, and the next begins when all that is done. {@link flotilla.mpi.rounds.Rounds} is the engine; a
 * subclass is one kind of call, and decides in {@code round()} what comes next. Its state is plain data.
 *
 * <p>Messages are ordinary ones between ranks, which follow them wherever they are, on a communicator of their own
 * ({@link flotilla.mpi.rounds.Channel}). Who sends to whom follows a {@link flotilla.mpi.rounds.Tree} in which the members that
 * started on one node are a subtree, so that about one message per node passes between nodes.
 */
package flotilla.mpi.rounds;
