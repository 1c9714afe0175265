package flotilla.mpi.state;

import flotilla.mpi.core.Activity;
import flotilla.mpi.core.AttributeCells;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.DatatypeExtras;
import flotilla.mpi.core.Delivery;
import flotilla.mpi.core.Errhandler;
import flotilla.mpi.core.Group;
import flotilla.mpi.core.HandleTable;
import flotilla.mpi.core.Info;
import flotilla.mpi.core.Keyval;
import flotilla.mpi.core.Op;
import flotilla.mpi.core.Rank;
import flotilla.mpi.core.Request;
import flotilla.mpi.core.TemporaryMemory;
import flotilla.mpi.core.UserErrors;
import flotilla.mpi.core.Wait;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.p2p.Endpoint;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.invoke.SerializedLambda;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of one rank in MPI. The objects are the layer's own, written by Java's serialization: they refer to each other in many
 * ways (a request is in a table, a queue and a wait). Instead of the rank and the world those of the other process are put in.
 *
 * <p>What every rank takes along is no record: for the first one of each shape the JVM spins classes, some ten for one of many
 * components, while a rank stands still.
 */
public final class RankState {
    private static final String OWN_PACKAGES = "flotilla.mpi.";
    private static final Set<String> OTHER_PACKAGES = Set.of("java.lang", "java.util");
    /** By name: all processes of a job have the same classes, so that names stand for descriptions, which are most of the bytes. */
    private static final Map<String, ObjectStreamClass> CLASSES = new ConcurrentHashMap<>();

    /** Stands for the rank itself. */
    private enum Self { RANK }

    private static final class Fields implements Serializable {
        Rank.Environment environment;
        int threadLevel;
        int currentFunction;
        Wait waiting;
        Comm currentComm;
        HandleTable<Comm> comms;
        Comm commWorld;
        Comm commSelf;
        HandleTable<Group> groups;
        HandleTable<Datatype> datatypes;
        HandleTable<Op> ops;
        HandleTable<Request> requests;
        HandleTable<Errhandler> errhandlers;
        HandleTable<Info> infos;
        HandleTable<Keyval> keyvals;
        HandleTable<Delivery> messages;
        Serializable endpoint;
        Object blocking;
        Object completion;
        UserErrors userErrors;
        DatatypeExtras datatypeExtras;
        AttributeCells attributeCells;
        Activity[] activities;
        TemporaryMemory temporaryMemory;
        byte[][] unfinishedLines;
        Rank.Counters counters;
    }

    /**
     * Writes the state of a rank that nobody runs.
     *
     * @param endpoint what its endpoint has been taken apart into
     * @throws NotSerializableException when the rank has something that cannot go to another process; the message names its class
     */
    public static byte[] write(Rank rank, Serializable endpoint) throws NotSerializableException {
        var bytes = new ByteArrayOutputStream(16 << 10);
        // Only a call under way needs what blocking calls keep for the next one.
        boolean completing = rank.wait != null && rank.wait == rank.completion;
        var fields = new Fields();
        fields.environment = rank.environment;
        fields.threadLevel = rank.threadLevel;
        fields.currentFunction = rank.currentFunction;
        fields.waiting = rank.wait;
        fields.currentComm = rank.currentComm;
        fields.comms = rank.comms;
        fields.commWorld = rank.commWorld;
        fields.commSelf = rank.commSelf;
        fields.groups = rank.groups;
        fields.datatypes = rank.datatypes;
        fields.ops = rank.ops;
        fields.requests = rank.requests;
        fields.errhandlers = rank.errhandlers;
        fields.infos = rank.infos;
        fields.keyvals = rank.keyvals;
        fields.messages = rank.messages;
        fields.endpoint = endpoint;
        fields.blocking = rank.wait == null ? null : rank.blocking;
        fields.completion = completing ? rank.completion : null;
        fields.userErrors = rank.userErrors;
        fields.datatypeExtras = rank.datatypeExtras;
        fields.attributeCells = rank.attributeCells;
        fields.activities = rank.activities();
        fields.temporaryMemory = rank.packTemporaryMemory();
        fields.unfinishedLines = rank.unfinishedLines;
        fields.counters = rank.counters;
        try (var out = new Writer(bytes, rank)) {
            out.writeObject(fields);
        } catch (NotSerializableException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Gives a rank that is about to arrive, and has its predefined objects, what {@link #write} has written.
     *
     * @throws IOException when these are not such bytes
     */
    public static void read(Rank rank, byte[] bytes) throws IOException {
        Fields fields;
        try (var in = new Reader(bytes, rank)) {
            fields = (Fields) in.readObject();
        } catch (ClassNotFoundException | ClassCastException e) {
            throw new InvalidObjectException(e.toString());
        }
        rank.environment = fields.environment;
        rank.threadLevel = fields.threadLevel;
        rank.currentFunction = fields.currentFunction;
        rank.wait = fields.waiting;
        rank.currentComm = fields.currentComm;
        rank.comms.adopt(fields.comms);
        rank.commWorld = fields.commWorld;
        rank.commSelf = fields.commSelf;
        rank.comms.predefine(rank.commWorld.handle, rank.commWorld);
        rank.comms.predefine(rank.commSelf.handle, rank.commSelf);
        rank.groups.adopt(fields.groups);
        rank.datatypes.adopt(fields.datatypes);
        rank.ops.adopt(fields.ops);
        rank.requests.adopt(fields.requests);
        rank.errhandlers.adopt(fields.errhandlers);
        rank.infos.adopt(fields.infos);
        rank.keyvals.adopt(fields.keyvals);
        rank.messages.adopt(fields.messages);
        Endpoint.arrive(rank, fields.endpoint);
        rank.blocking = fields.blocking;
        rank.completion = fields.completion;
        rank.userErrors = fields.userErrors;
        rank.datatypeExtras = fields.datatypeExtras;
        rank.attributeCells = fields.attributeCells;
        rank.resume(fields.activities, fields.temporaryMemory);
        rank.unfinishedLines = fields.unfinishedLines;
        rank.counters.adopt(fields.counters);
    }

    private static final class Writer extends ObjectOutputStream {
        private final Rank self;

        Writer(OutputStream out, Rank self) throws IOException {
            super(out);
            this.self = self;
            enableReplaceObject(true);
        }

        @Override
        protected Object replaceObject(Object object) throws IOException {
            return object == self ? Self.RANK : object;
        }

        @Override
        protected void writeClassDescriptor(ObjectStreamClass described) throws IOException {
            writeUTF(described.getName());
        }
    }

    private static final class Reader extends ObjectInputStream {
        private final Rank self;

        Reader(byte[] bytes, Rank self) throws IOException {
            super(new ByteArrayInputStream(bytes));
            this.self = self;
            enableResolveObject(true);
        }

        @Override
        protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
            String name = readUTF();
            ObjectStreamClass known = CLASSES.get(name);
            if (known == null) {
                known = described(name);
                CLASSES.put(name, known);
            }
            return known;
        }

        private static ObjectStreamClass described(String name) throws IOException, ClassNotFoundException {
            Class<?> type = Class.forName(name, false, RankState.class.getClassLoader());
            Class<?> element = type;
            while (element.isArray()) {
                element = element.componentType();
            }
            if (!element.isPrimitive() && !element.getName().startsWith(OWN_PACKAGES)
                    && !OTHER_PACKAGES.contains(element.getPackageName()) && element != SerializedLambda.class) {
                throw new InvalidClassException(name, "no part of a rank's state");
            }
            // Lambdas name the class that they stand in, which need not be serializable.
            return ObjectStreamClass.lookupAny(type);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass described) {
            return described.forClass();
        }

        @Override
        protected Object resolveObject(Object object) {
            return object == Self.RANK ? self : object instanceof Group group ? self.world.share(group) : object;
        }
    }

    private RankState() {}
}
