package flotilla.migrate;

import flotilla.abi.ControlBlock;
import flotilla.image.LoadOptions;
import flotilla.image.PreparedProgram;
import flotilla.image.Privatization;
import flotilla.image.RankImages;
import flotilla.image.RankStart;
import flotilla.memory.HostLibrary;
import flotilla.memory.Memory;
import flotilla.memory.PageRuns;
import flotilla.memory.SlotRange;
import flotilla.mpi.comm.Predefined;
import flotilla.mpi.core.CallState;
import flotilla.mpi.core.PeLocal;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Scheduler;
import flotilla.mpi.core.World;
import flotilla.mpi.face.StandardFace;
import flotilla.trap.Debugger;
import flotilla.trap.Guest;
import flotilla.trap.GuestTraps;
import flotilla.trap.JobCanary;
import flotilla.trap.SystemServices;
import flotilla.trap.Traps;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of the processes among which {@link ProcessesTest} sends a rank to and fro: a rank that makes no MPI calls, and leaves
 * whenever it yields. Reads commands, "start ARGUMENT" (one more for the program, or none) or "arrive", and answers "ready
 * CANARY", "left", "stays REASON" (and the rank is given up) and "ended STATUS", a line each.
 */
public final class Wanderer {
    private static final long SLOT_BASE = 0x2000_0000_0000L;
    private static final long SLOT_SIZE = 1L << 36;
    private static final int READABLE = 1 << 20;

    private final Path program;
    private final Path parcel;
    private final Path output;
    private final List<String> arguments;
    private final SlotRange slots = SlotRange.of(SLOT_BASE, SLOT_SIZE, 1).stagger();
    private final Debugger debugger;
    private final PreparedProgram prepared;
    private final long controls = Arena.global().allocate(8, 8).address();
    private final long states = Arena.global().allocate(64, 8).address();
    private final JobCanary canary;
    private RankImages images;
    private int status;

    private Wanderer(List<String> words) {
        Path home = Path.of(System.getProperty("flotilla.home"));
        program = Path.of(words.get(0));
        parcel = Path.of(words.get(1));
        output = Path.of(words.get(2));
        HostLibrary.load(home.resolve("target/guest/libflotilla-host.so"));
        canary = words.get(3).equals("own") ? JobCanary.ofProcess() : new JobCanary(Long.parseLong(words.get(3)));
        arguments = words.subList(4, words.size());
        prepared = Privatization.named("pie").prepare(program, LoadOptions.of(home.resolve("target/guest"), SLOT_SIZE));
        Guest.installFaultHandler(SLOT_BASE, SLOT_BASE + SLOT_SIZE, SLOT_SIZE);
        debugger = new Debugger();
        debugger.describe(slots, 1, controls, states, 64);
        Memory.putLong(controls, slots.base(0) + prepared.control());
    }

    /** Arguments: program, file for the journey, file for output, canary or "own", the program's arguments. */
    public static void main(String[] parameters) throws Exception {
        var wanderer = new Wanderer(List.of(parameters));
        System.out.println("ready " + wanderer.canary.value());
        var commands = new BufferedReader(new InputStreamReader(System.in));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            var answer = new String[1];
            List<String> words = List.of(command.split(" "));
            Thread pe = wanderer.canary.thread(() -> answer[0] = wanderer.answer(words), "PE");
            pe.start();
            pe.join();
            System.out.println(answer[0]);
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private String answer(List<String> command) {
        try {
            images = command.getFirst().equals("arrive") ? arrive() : start(command.subList(1, command.size()));
            return run();
        } catch (MoveException e) {
            slots.release(0);
            return "stays " + e.getMessage();
        } catch (Throwable e) {
            e.printStackTrace();
            return "failed " + e;
        }
    }

    private RankImages start(List<String> more) {
        var all = new ArrayList<>(arguments);
        all.addAll(more);
        return prepared.instantiate(slots.base(0), new RankStart(0, 1, 0, all, List.of("PATH=/usr/bin:/bin"), false,
                canary.value(), 0));
    }

    private RankImages arrive() throws Exception {
        try (var channel = FileChannel.open(parcel)) {
            ByteBuffer size = ByteBuffer.allocate(4);
            channel.read(size);
            ByteBuffer description = ByteBuffer.allocate(size.getInt(0));
            channel.read(description);
            var arrival = new Arrival(prepared, slots.base(0), description.array());
            PageRuns pages = arrival.pages();
            for (int i = 0; i < pages.count(); i++) {
                ByteBuffer run = pages.segment(i).asByteBuffer();
                while (run.hasRemaining()) {
                    channel.read(run);
                }
            }
            return arrival.finish();
        }
    }

    private void leave() throws Exception {
        images.chains(debugger::hideImages);
        var departure = new Departure(images);
        PageRuns pages = departure.pages();
        for (String line : new HostAddresses(SLOT_BASE, SLOT_BASE + SLOT_SIZE).in(images, pages)) {
            if (!line.startsWith("STACK")) {
                System.err.println(line);
            }
        }
        try (var channel = FileChannel.open(parcel, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            byte[] description = departure.description();
            channel.write(ByteBuffer.allocate(4).putInt(0, description.length));
            channel.write(ByteBuffer.wrap(description));
            for (int i = 0; i < pages.count(); i++) {
                ByteBuffer run = pages.segment(i).asByteBuffer();
                while (run.hasRemaining()) {
                    channel.write(run);
                }
            }
        }
        departure.leave();
    }

    private String run() throws Exception {
        var world = new World(1, new Nobody(), index -> "function " + index, "test", System.nanoTime());
        var rank = new Rank(world, 0, StandardFace.INSTANCE, slots.base(0), images.mainControl());
        new Predefined(Map.of()).installInto(rank);
        rank.environment = Rank.Environment.INITIALIZED;
        Traps traps = new GuestTraps(new Services());
        traps.bind(rank, traps.enterThread(), new PeLocal());
        images.chains(debugger::showImages);
        String answer = "";
        while (answer.isEmpty()) {
            switch (traps.run(rank)) {
                case Traps.YIELD -> {
                    leave();
                    answer = "left";
                }
                case Traps.ENDED -> answer = "ended " + status;
                default -> {
                    // It goes on.
                }
            }
        }
        traps.leaveThread();
        return answer;
    }

    private static final class Nobody implements Scheduler {
        @Override
        public void wake(Rank rank) {}

        @Override
        public void abort(Rank rank, int status, String message) {
            throw new IllegalStateException(message);
        }
    }

    private final class Services implements SystemServices {
        @Override
        public long output(Rank rank, int descriptor, long address, long bytes) {
            try {
                Files.write(output, Memory.get(address, (int) Math.min(bytes, READABLE)), StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return bytes;
        }

        @Override
        public int input(Rank rank, long address, long bytes) {
            return 0;
        }

        @Override
        public int sleep(Rank rank, long nanoseconds) {
            return 0;
        }

        @Override
        public void wakeAt(Rank rank, long time) {}

        @Override
        public void startThread(Rank rank, CallState thread, CallState main) {
            throw new OutOfMemoryError();
        }

        @Override
        public void alarm(Rank rank, long nanoseconds) {}

        @Override
        public void interrupt(Rank rank, long control) {}

        @Override
        public void dynamicLinking(Rank rank, int operation) {
            images.handle(operation, rank.control);
        }

        @Override
        public void exit(Rank rank, int value) {
            status = value & 0xff;
        }

        @Override
        public void guestAbort(Rank rank, int signal, String message) {
            throw new IllegalStateException("signal " + signal + ": " + message);
        }

        @Override
        public void missing(Rank rank, String name, long stub) {
            throw new IllegalStateException(name);
        }

        @Override
        public void fault(Rank rank) {
            throw new IllegalStateException("fault at 0x" + Long.toHexString(Memory.getLong(rank.control
                    + ControlBlock.FAULT_ADDRESS)) + " in "
                    + images.symbolize(Memory.getLong(rank.control + ControlBlock.FAULT_REGISTERS + 16 * 8)));
        }
    }
}
