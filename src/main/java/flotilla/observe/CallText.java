package flotilla.observe;

import flotilla.abi.ControlBlock;
import flotilla.memory.Memory;
import flotilla.mpi.core.Comm;
import flotilla.mpi.core.Rank;
import flotilla.mpi.dispatch.FunctionNames;
import flotilla.mpi.dispatch.Signatures;
import flotilla.mpi.error.ErrorClass;
import flotilla.mpi.topology.Cartesian;
import flotilla.mpi.topology.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call of MPI as text: {@code MPI_Recv(buf=0x7f21c8, count=1, datatype=MPI_INT, ...)}. What goes into the call is read
 * when it is made, what comes out when it has returned.
 */
public final class CallText {
    /** Names the functions of a rank. */
    @FunctionalInterface
    public interface FunctionSymbols {
        String at(Rank rank, long address);
    }

    /**
     * A parameter, in the terms of src/main/mpi/README.md.
     *
     * @param detail an array's length, or null
     */
    private record Parameter(String kind, String detail, String name) {
        boolean isOutput() {
            return kind.contains("_OUT") || kind.equals("STATUS_ARRAY");
        }

        boolean isChanged() {
            return kind.equals("INT_INOUT") || kind.equals("AINT_INOUT") || kind.equals("STRING_SIZE_INOUT")
                    || kind.equals("INT_ARRAY_INOUT");
        }
    }

    private static final Pattern PARAMETER = Pattern.compile("(?<kind>\\w+)(?:\\[(?<detail>[^]]*)])? (?<name>\\w+)");
    private static final Parameter[][] PARAMETERS = new Parameter[FunctionNames.COUNT][];

    private final Rank rank;
    private final int function;
    private final Parameter[] parameters;
    private final long[] words;
    private final String[] texts;
    private final ArgumentText values;
    /** The communicator that lengths refer to, or null. */
    private Comm comm;

    /** Reads the arguments from the rank's control block. */
    CallText(Rank rank, int function, FunctionSymbols symbols) {
        this.rank = rank;
        this.function = function;
        this.parameters = parameters(function);
        this.words = new long[parameters.length];
        this.texts = new String[parameters.length];
        this.values = new ArgumentText(rank, symbols);
        for (int i = 0; i < words.length; i++) {
            words[i] = Memory.getLong(rank.control + ControlBlock.ARGUMENTS + 8L * i);
            if (comm == null && parameters[i].kind.equals("COMM")) {
                comm = values.comm(words[i]);
            }
        }
        for (int i = 0; i < words.length; i++) {
            Parameter p = parameters[i];
            texts[i] = p.isOutput() ? values.place(p.kind, words[i]) : values.text(p.kind, words[i], length(p));
        }
    }

    private static Parameter[] parameters(int function) {
        Parameter[] known = PARAMETERS[function];
        if (known == null) {
            List<Parameter> read = new ArrayList<>();
            Matcher matcher = PARAMETER.matcher(Signatures.of(function));
            while (matcher.find()) {
                // C's view of a Fortran 77 call is that of the later one.
                read.add(new Parameter(matcher.group("kind").replaceFirst("_(F77|C)$", ""), matcher.group("detail"), matcher.group("name")));
            }
            known = read.toArray(Parameter[]::new);
            PARAMETERS[function] = known;
        }
        return known;
    }

    /** The call, and what it returns to the guest. */
    String returned(int code) {
        int error = rank.face.errorClass(code);
        boolean done = code == 0 && !isFlagClear();
        for (int i = 0; i < words.length; i++) {
            Parameter p = parameters[i];
            boolean isFlag = p.name.equals("flag") && code == 0;
            boolean tellsError = p.kind.equals("STATUS_ARRAY") && error == ErrorClass.IN_STATUS;
            if (p.isOutput() && (done || isFlag || tellsError)) {
                texts[i] = values.result(p.kind, words[i], length(p), tellsError);
            } else if (p.isChanged() && done) {
                String now = values.text(p.kind, words[i], length(p));
                texts[i] = now.equals(texts[i]) ? now : texts[i] + "=>" + now;
            }
        }
        String name = ErrorClass.name(error);
        if (error != ErrorClass.SUCCESS && ErrorClass.isPredefined(error)) {
            name = ErrorClass.text(error).replaceFirst(": ", " (") + ")";
        }
        return call() + " = " + name;
    }

    String unfinished() {
        return call() + " <unfinished ...>";
    }

    private String call() {
        var text = new StringBuilder(FunctionNames.name(function)).append('(');
        for (int i = 0; i < words.length; i++) {
            text.append(i == 0 ? "" : ", ").append(parameters[i].name).append('=').append(texts[i]);
        }
        return text.append(')').toString();
    }

    /** A test or question that was answered with no: its other results say nothing. */
    private boolean isFlagClear() {
        for (int i = 0; i < words.length; i++) {
            if (parameters[i].kind.equals("LOGICAL_OUT") && parameters[i].name.equals("flag")) {
                return values.integerAt(words[i], 1) == 0;
            }
        }
        return false;
    }

    /** Elements of an array; -1 when that is not known. */
    private int length(Parameter array) {
        if (array.detail == null) {
            return -1;
        }
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i].name.equals(array.detail)) {
                return parameters[i].kind.equals("INT_OUT") ? values.integerAt(words[i], -1) : (int) words[i];
            }
        }
        if (comm == null) {
            return -1;
        }
        return switch (array.detail) {
            case "peers" -> comm.peers().size();
            case "members" -> comm.group.size();
            case "indegree" -> comm.topology instanceof Topology topology ? topology.sources().length : -1;
            case "outdegree" -> comm.topology instanceof Topology topology ? topology.destinations().length : -1;
            case "dimensions" -> comm.topology instanceof Cartesian grid ? grid.dimensions() : -1;
            default -> -1;
        };
    }
}
