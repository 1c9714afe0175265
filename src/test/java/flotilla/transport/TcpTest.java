package flotilla.transport;

class TcpTest extends TransportContract {
    @Override
    String name() {
        return "tcp";
    }
}
