/**
 * Point-to-point communication (MPI-3.1 chapter 3).
 *
 * <p>A send makes a {@link flotilla.mpi.p2p.Message} and puts it into the receiver's inbox. Small messages carry their
 * data (eager); for large and synchronous ones the message only says where the data lies in the sender's memory
 * (rendezvous): the receiver copies it from there, once, and sends the message object back, which completes the send.
 * The receiver's {@link flotilla.mpi.p2p.MatchQueues} pair messages with receives in MPI's order.
 */
package flotilla.mpi.p2p;
