package flotilla.transport;

import flotilla.memory.Memory;
import flotilla.memory.NativeFunction;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * The functions of UCX's protocol layer that are needed here, and the layouts of its structures, from ucp/api/ucp.h and
 * ucp_def.h of UCX 1.13; it keeps them in all versions 1.x, as structures say by a mask which fields are used.
 */
final class Ucp {
    static final String LIBRARY = "libucp.so.0";

    static final int OK = 0;
    static final int IN_PROGRESS = 1;
    static final int BUSY = -15;
    /** Errors are negative numbers from here (UCS_ERR_LAST); other pointers are requests. */
    private static final int LAST_ERROR = -100;

    private static final int API_MAJOR = 1;
    private static final int API_MINOR = 10;
    private static final int STRUCTURE_BYTES = 256;

    // struct ucp_params
    private static final long PARAM_FEATURES = 1;
    private static final int FEATURES_AT = 8;
    private static final long FEATURE_TAG = 1;
    private static final long FEATURE_WAKEUP = 1 << 4;
    // struct ucp_worker_params
    private static final long WORKER_PARAM_THREAD_MODE = 1;
    private static final int THREAD_MODE_AT = 8;
    private static final int THREAD_MODE_SERIALIZED = 1;
    // struct ucp_ep_params
    private static final long EP_PARAM_REMOTE_ADDRESS = 1;
    private static final int ADDRESS_AT = 8;
    // struct ucp_request_param: all zeros stands for bytes, and no callback.
    // struct ucp_tag_recv_info
    static final int INFO_BYTES = 16;
    static final int INFO_TAG_AT = 0;
    static final int INFO_LENGTH_AT = 8;

    /**
     * What UCX must not do in a process that is a JVM: handle its signals, and patch the memory functions of libc. And it
     * should send no frame by rendezvous, for which both sides must poll several times.
     */
    private static final Map<String, String> ENVIRONMENT = Map.of("UCX_HANDLE_ERRORS", "none", "UCX_MEM_EVENTS", "no",
            "UCX_WARN_UNUSED_ENV_VARS", "n", "UCX_LOG_LEVEL", "fatal", "UCX_RNDV_THRESH", "32k");

    /** Of these, the ones that stay as the user has set them. */
    private static final Set<String> MAY_BE_CHOSEN = Set.of("UCX_LOG_LEVEL", "UCX_RNDV_THRESH");

    private static final class Library {
        static final SymbolLookup LOOKUP = load();
        static final NativeFunction PROGRESS = of("ucp_worker_progress");
        static final NativeFunction ARM = of("ucp_worker_arm");
        static final NativeFunction SIGNAL = of("ucp_worker_signal");
        static final NativeFunction SEND = of("ucp_tag_send_nbx");
        static final NativeFunction RECEIVE = of("ucp_tag_recv_nbx");
        static final NativeFunction PROBE = of("ucp_tag_probe_nb");
        static final NativeFunction RECEIVE_PROBED = of("ucp_tag_msg_recv_nbx");
        static final NativeFunction STATUS = of("ucp_request_check_status");
        static final NativeFunction FREE = of("ucp_request_free");
        static final NativeFunction CANCEL = of("ucp_request_cancel");

        private static SymbolLookup load() {
            NativeFunction setenv = NativeFunction.ofLibc("setenv");
            try (var arena = Arena.ofConfined()) {
                ENVIRONMENT.forEach((name, value) -> setenv.call(arena.allocateFrom(name).address(),
                        arena.allocateFrom(value).address(),
                        MAY_BE_CHOSEN.contains(name) ? 0 : 1));
            }
            return SymbolLookup.libraryLookup(LIBRARY, Arena.global());
        }

        static NativeFunction of(String name) {
            return new NativeFunction(LOOKUP.findOrThrow(name));
        }
    }

    /** Nothing but zeros. */
    private static final long NO_PARAMETERS = Arena.global().allocate(STRUCTURE_BYTES, Long.BYTES).address();

    private final long context;
    private final long worker;

    /** @throws TransportException when the library is not there, or does not work */
    Ucp() {
        try (var arena = Arena.ofConfined()) {
            long parameters = arena.allocate(STRUCTURE_BYTES, Long.BYTES).address();
            long result = arena.allocate(Long.BYTES, Long.BYTES).address();
            Memory.putLong(parameters, PARAM_FEATURES);
            Memory.putLong(parameters + FEATURES_AT, FEATURE_TAG | FEATURE_WAKEUP);
            check("ucp_init_version", Library.of("ucp_init_version").call(API_MAJOR, API_MINOR, parameters, 0, result, 0, 0));
            context = Memory.getLong(result);
            Memory.putLong(parameters, WORKER_PARAM_THREAD_MODE);
            Memory.putLong(parameters + THREAD_MODE_AT, THREAD_MODE_SERIALIZED);
            check("ucp_worker_create", Library.of("ucp_worker_create").call(context, parameters, result));
            worker = Memory.getLong(result);
        } catch (LinkageError | IllegalArgumentException | NoSuchElementException e) {
            throw new TransportException("transport ucx needs " + LIBRARY + ", which is missing or can't be loaded; install it "
                    + "(apt install libucx0) or use --transport auto", e);
        }
    }

    private static void check(String function, long status) {
        if ((int) status != OK) {
            throw new TransportException("transport ucx: " + function + " failed: " + text(status) + "; use --transport auto");
        }
    }

    static String text(long status) {
        // It is of libucs, on which libucp depends.
        return SymbolLookup.libraryLookup("libucs.so.0", Arena.global()).find("ucs_status_string")
                .map(function -> Memory.getString(new NativeFunction(function).call((int) status)))
                .orElse("error " + (int) status);
    }

    /** What others need to reach this worker. */
    byte[] address() {
        try (var arena = Arena.ofConfined()) {
            long result = arena.allocate(2 * Long.BYTES, Long.BYTES).address();
            check("ucp_worker_get_address", Library.of("ucp_worker_get_address").call(worker, result, result + Long.BYTES));
            long address = Memory.getLong(result);
            byte[] bytes = Memory.get(address, (int) Memory.getLong(result + Long.BYTES));
            Library.of("ucp_worker_release_address").call(worker, address);
            return bytes;
        }
    }

    /**
     * An endpoint for the worker with that address. UCX is not asked to notice when that one's process ends: it would not use
     * shared memory then.
     */
    long connect(byte[] address) {
        try (var arena = Arena.ofConfined()) {
            long parameters = arena.allocate(STRUCTURE_BYTES, Long.BYTES).address();
            long result = arena.allocate(Long.BYTES, Long.BYTES).address();
            long copy = arena.allocate(address.length, Long.BYTES).address();
            Memory.put(address, 0, copy, address.length);
            Memory.putLong(parameters, EP_PARAM_REMOTE_ADDRESS);
            Memory.putLong(parameters + ADDRESS_AT, copy);
            check("ucp_ep_create", Library.of("ucp_ep_create").call(worker, parameters, result));
            return Memory.getLong(result);
        }
    }

    /** A descriptor that becomes readable when there is something to do, after {@link #arm}. */
    int descriptor() {
        try (var arena = Arena.ofConfined()) {
            long result = arena.allocate(Integer.BYTES, Long.BYTES).address();
            check("ucp_worker_get_efd", Library.of("ucp_worker_get_efd").call(worker, result));
            return Memory.getInt(result);
        }
    }

    boolean progress() {
        return (int) Library.PROGRESS.call(worker) != 0;
    }

    int arm() {
        return (int) Library.ARM.call(worker);
    }

    void signal() {
        Library.SIGNAL.call(worker);
    }

    /** Answers 0 when it is done, an error, or a request. So do the others that answer a long. */
    long send(long endpoint, long address, long bytes, long tag) {
        return Library.SEND.call(endpoint, address, bytes, tag, NO_PARAMETERS, 0, 0);
    }

    long receive(long address, long bytes, long tag) {
        return Library.RECEIVE.call(worker, address, bytes, tag, -1, NO_PARAMETERS, 0);
    }

    /** The next message whose tag is {@code tag} where {@code mask} has ones, which is taken then; 0 when there is none. */
    long probe(long tag, long mask, long info) {
        return Library.PROBE.call(worker, tag, mask, 1, info, 0, 0);
    }

    long receiveProbed(long address, long bytes, long message) {
        return Library.RECEIVE_PROBED.call(worker, address, bytes, message, NO_PARAMETERS, 0, 0);
    }

    static boolean isError(long result) {
        return result < 0 && result >= LAST_ERROR;
    }

    static boolean isRequest(long result) {
        return result != 0 && !isError(result);
    }

    /** Of a request: {@link #IN_PROGRESS}, or what it has come to; it is freed then. */
    static int status(long request) {
        int status = (int) Library.STATUS.call(request);
        if (status != IN_PROGRESS) {
            Library.FREE.call(request);
        }
        return status;
    }

    void cancel(long request) {
        Library.CANCEL.call(worker, request);
    }

    /** Closes all, in the time that closing an endpoint takes. */
    void close() {
        Library.of("ucp_worker_destroy").call(worker);
        Library.of("ucp_cleanup").call(context);
    }
}
