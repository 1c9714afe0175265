package flotilla.generate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of MPI functions (src/main/mpi/functions.table), in order; a function's index is its place in the file. */
final class FunctionTable {
    /** Sections whose functions the host answers, with the class that has the handlers. */
    private static final Set<String> HOST = Set.of("pointtopoint", "partitioned", "request", "collective", "communicator", "group",
            "attribute", "errhandler", "info", "datatype", "topology", "environment", "op", "ampi");

    private static final Pattern LINE = Pattern.compile(
            "(?:(?<result>\\w+) )?(?<name>\\w+)\\((?<parameters>.*)\\)(?: = (?<alias>\\w+))?(?: only (?<face>\\w+))?");
    private static final Pattern PARAMETER =
            Pattern.compile("(?<kind>[A-Z]\\w*)(?:\\[(?<length>[^]]*)]|<(?<type>[^>]*)>)? (?<name>\\w+)");

    /**
     * A parameter of a function.
     *
     * @param kind what it means: see the table's README
     * @param detail what stands in brackets after the kind: an array's length, a string's limit, a C type; or null
     */
    record Parameter(String kind, String detail, String name) {
        /** The kind's handle type ("Comm"), or null when it has none. */
        String handle() {
            return Kinds.handle(kind);
        }
    }

    /**
     * A function.
     *
     * @param name with its prefix, MPI_, MPII_ or AMPI_
     * @param alias the function whose handler answers this one, with MPI_; its own name when there is no other
     * @param face the only face that has it, or null for all
     */
    record Function(int index, String section, String result, String name, List<Parameter> parameters, boolean variadic,
            String alias, String face) {
        boolean inFace(String wanted) {
            return face == null || face.equals(wanted);
        }

        /** Answered by the host: there is a trap. */
        boolean isHost() {
            return HOST.contains(section);
        }

        /** Answered by hand-written C in the guest library. */
        boolean isGuest() {
            return section.equals("guest");
        }

        /** Has an entry point that reports that the function does not exist yet. */
        boolean isMissing() {
            return !isHost() && !isGuest();
        }

        /** A name without MPI_, as in FLOTILLA_OP_MPI_Send. */
        String shortName() {
            return name.substring(name.indexOf('_') + 1);
        }

        /** A function of Adaptive MPI's, which programs get from flotilla.h. */
        boolean isAmpi() {
            return name.startsWith("AMPI_");
        }

        /** The profiling name: PMPI_Send. Internal functions and AMPI's have none. */
        String profilingName() {
            return name.startsWith("MPI_") ? "P" + name : name;
        }

        String handlerClass() {
            return switch (section) {
                case "pointtopoint" -> "PointToPointCalls";
                default -> Character.toUpperCase(section.charAt(0)) + section.substring(1) + "Calls";
            };
        }

        String handlerName() {
            return camelCase(alias.substring(alias.indexOf('_') + 1));
        }

        /** The guest says in which language a callback or an attribute value is given. */
        boolean hasLanguage() {
            return name.startsWith("MPI_") && parameters.stream()
                    .anyMatch(p -> p.kind().equals("FUNCTION") || p.kind().startsWith("ATTRIBUTE"));
        }

        /** The guest says where attribute values that C gets a pointer to can live. */
        boolean hasValues() {
            return parameters.stream().anyMatch(p -> p.kind().startsWith("ATTRIBUTE_OUT"));
        }

        /** Fortran calls that differ in having INTEGER where later ones have address-sized integers. */
        boolean isFortran77() {
            return parameters.stream().anyMatch(p -> p.kind().endsWith("_F77"));
        }
    }

    private FunctionTable() {}

    static List<Function> read(Path file) throws IOException {
        var functions = new ArrayList<Function>();
        String section = null;
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            line = line.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("[")) {
                section = line.substring(1, line.length() - 1);
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IOException(file + ":" + number + ": not a function: " + line);
            }
            functions.add(function(functions.size(), section, matcher, file + ":" + number));
        }
        return functions;
    }

    private static Function function(int index, String section, Matcher line, String where) throws IOException {
        String name = prefixed(line.group("name"));
        var parameters = new ArrayList<Parameter>();
        boolean variadic = false;
        String rest = line.group("parameters");
        while (!rest.isEmpty()) {
            if (rest.equals("...")) {
                variadic = true;
                break;
            }
            Matcher parameter = PARAMETER.matcher(rest);
            if (!parameter.lookingAt()) {
                throw new IOException(where + ": not a parameter: " + rest);
            }
            String detail = parameter.group("length") != null ? parameter.group("length") : parameter.group("type");
            var read = new Parameter(parameter.group("kind"), detail, parameter.group("name"));
            Kinds.check(read, where);
            parameters.add(read);
            rest = rest.substring(parameter.end());
            rest = rest.startsWith(", ") ? rest.substring(2) : rest;
        }
        if (parameters.size() > 16) {
            throw new IOException(where + ": more than 16 parameters");
        }
        String result = line.group("result") == null ? "int" : line.group("result");
        String alias = line.group("alias") == null ? name : prefixed(line.group("alias"));
        return new Function(index, section, result, name, List.copyOf(parameters), variadic, alias, line.group("face"));
    }

    private static String prefixed(String name) {
        return name.startsWith("MPII_") || name.startsWith("AMPI_") ? name : "MPI_" + name;
    }

    /** Comm_create_group → commCreateGroup. */
    static String camelCase(String name) {
        var text = new StringBuilder();
        boolean up = false;
        for (char c : name.toCharArray()) {
            if (c == '_') {
                up = true;
            } else {
                text.append(text.isEmpty() ? Character.toLowerCase(c) : up ? Character.toUpperCase(c) : c);
                up = false;
            }
        }
        return text.toString();
    }
}
