package flotilla.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Collections;

/** Where other hosts reach this one, when nothing tells. */
public final class NetworkAddress {
    /**
     * What the host's name stands for, unless that is the loopback interface (as Debian has it); else an address of the first
     * interface that is up.
     */
    public static InetAddress own() {
        try {
            InetAddress named = InetAddress.getLocalHost();
            if (!named.isLoopbackAddress()) {
                return named;
            }
            for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                if (network.isUp() && !network.isLoopback()) {
                    for (InetAddress address : Collections.list(network.getInetAddresses())) {
                        if (!address.isLinkLocalAddress()) {
                            return address;
                        }
                    }
                }
            }
        } catch (IOException e) {
            // No name, or no interfaces.
        }
        return InetAddress.getLoopbackAddress();
    }

    private NetworkAddress() {}
}
