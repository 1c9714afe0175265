package flotilla.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** {@code tcp:ADDRESS:PORT}, the address as digits. */
record TcpCard(InetSocketAddress address) {
    private static final String PREFIX = "tcp:";
    private static final int MOST_PORT = 0xffff;

    /** @throws TransportException when it is none */
    static TcpCard parse(int node, String card) {
        int colon = card.lastIndexOf(':');
        try {
            if (card.startsWith(PREFIX) && colon > PREFIX.length()) {
                String host = card.substring(PREFIX.length(), colon);
                int port = Integer.parseInt(card.substring(colon + 1));
                // Nothing that would be asked of a name server.
                if (port > 0 && port <= MOST_PORT && host.matches("[0-9.]+|[0-9a-fA-F:.]+(%.+)?")) {
                    return new TcpCard(new InetSocketAddress(InetAddress.getByName(host), port));
                }
            }
        } catch (NumberFormatException | UnknownHostException e) {
            // Said below.
        }
        throw new TransportException("node " + node + " has an address that is none for tcp: " + card
                + "; start all nodes with the same --transport");
    }

    @Override
    public String toString() {
        return PREFIX + address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
