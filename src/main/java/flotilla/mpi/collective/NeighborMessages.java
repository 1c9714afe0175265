package flotilla.mpi.collective;

import flotilla.abi.StandardAbi;
import flotilla.mpi.rounds.Channel;
import flotilla.mpi.rounds.Rounds;
import flotilla.mpi.topology.Topology;

/**
 * Neighbourhood collectives by messages: one for each edge. Several edges between two ranks are told apart by their order, since
 * messages do not overtake each other; in a grid, what goes in one direction comes from the other.
 */
final class NeighborMessages extends Rounds {
    private final Contribution member;

    NeighborMessages(Contribution member, Channel channel, int call) {
        super(member.rank, member.comm, channel, call);
        this.member = member;
    }

    @Override
    protected boolean round() {
        var topology = (Topology) comm.topology;
        int[] sources = topology.sources();
        boolean grid = topology.kind() == StandardAbi.CART;
        for (int i = 0; i < sources.length; i++) {
            // In the order in which the neighbours send.
            int source = grid ? i ^ 1 : i;
            if (sources[source] != StandardAbi.PROC_NULL) {
                Parts parts = member.receive;
                receive(sources[source], parts.address(source), parts.count(source), parts.type(source));
            }
        }
        int[] destinations = topology.destinations();
        for (int i = 0; i < destinations.length; i++) {
            if (destinations[i] != StandardAbi.PROC_NULL) {
                Parts parts = member.send;
                send(destinations[i], parts.address(i), parts.count(i), parts.type(i));
            }
        }
        return false;
    }
}
