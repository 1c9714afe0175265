package flotilla.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The names of this machine. */
final class LocalHost {
    static boolean isNamed(String name) {
        if (name.equals("localhost") || name.equals("127.0.0.1") || name.equals("::1")) {
            return true;
        }
        try {
            String own = InetAddress.getLocalHost().getHostName();
            return name.equals(own) || own.startsWith(name + ".") || name.startsWith(own + ".");
        } catch (UnknownHostException noName) {
            return false;
        }
    }

    private LocalHost() {}
}
