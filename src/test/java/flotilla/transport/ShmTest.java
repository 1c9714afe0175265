package flotilla.transport;

class ShmTest extends TransportContract {
    @Override
    String name() {
        return "shm";
    }
}
