/**
 * Virtual topologies (MPI-3.1 chapter 7): who is whose neighbour in a communicator. A topology is immutable; what it says
 * of the whole communicator is shared between the members' objects where it is large.
 *
 * <p>Ranks are ranks of the communicator that carries the topology. Reordering is never done: all ranks of a node share
 * its memory, so no order is better than another.
 */
package flotilla.mpi.topology;
