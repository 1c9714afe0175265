package flotilla.observe.timeline;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/**
 * The files of a job of several nodes. Each node writes one, which is whole by itself however the node ends; afterwards they become
 * one. An event is a line, so that also what a node that was killed has left can be used.
 */
public final class TimelineParts {
    private static final int PIECE = 1 << 16;

    /** The file of a node: of ocean.json.gz node 1 has ocean.node1.json.gz, and so on; node 0 has the file itself. */
    public static Path of(Path file, int node) {
        if (node == 0 || file.getFileName() == null) {
            return file;
        }
        String name = file.getFileName().toString();
        int end = name.indexOf('.', 1) < 0 ? name.length() : name.indexOf('.', 1);
        return file.resolveSibling(name.substring(0, end) + ".node" + node + name.substring(end));
    }

    /** Before the nodes start: what an earlier job has left is not this one's. */
    public static void remove(Path file, int nodes) throws IOException {
        for (int node = 1; node < nodes; node++) {
            Files.deleteIfExists(of(file, node));
        }
    }

    /**
     * Puts everything into {@code file} when all nodes have ended, and removes the other nodes' files.
     *
     * @return lines for the user about what is missing there
     */
    public static List<String> merge(Path file, int nodes) throws IOException {
        if (IntStream.range(0, nodes).noneMatch(node -> Files.isRegularFile(of(file, node))) || Files.exists(file) && !Files.isRegularFile(file)) {
            // No node has begun, and said why; or it is a device.
            return List.of();
        }
        var missing = new ArrayList<String>();
        Path merged = file.resolveSibling(file.getFileName() + ".merged");
        try (Writer out = new BufferedWriter(new OutputStreamWriter(
                TimelineFile.output(merged, file.toString().endsWith(".gz")), StandardCharsets.UTF_8), PIECE)) {
            var merge = new Merge(out);
            for (int node = 0; node < nodes; node++) {
                Path part = of(file, node);
                try (BufferedReader in = read(part)) {
                    merge.add(in);
                } catch (NoSuchFileException none) {
                    missing.add("node " + node + " has no file " + part + " here; if it is on the node's host, fetch it from there");
                } catch (IOException cut) {
                    missing.add("what node " + node + " has written is not complete: " + cut.getMessage());
                }
            }
            merge.end();
        } catch (IOException failure) {
            Files.deleteIfExists(merged);
            throw failure;
        }
        Files.move(merged, file, StandardCopyOption.REPLACE_EXISTING);
        remove(file, nodes);
        return missing;
    }

    private static BufferedReader read(Path part) throws IOException {
        InputStream raw = Files.newInputStream(part);
        try {
            InputStream in = part.toString().endsWith(".gz") ? new GZIPInputStream(raw, PIECE) : raw;
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), PIECE);
        } catch (IOException failure) {
            raw.close();
            throw failure;
        }
    }

    /** The events of a file, and whether what comes next has something before it. For one thread. */
    private static final class Merge {
        private final Writer out;
        private String separator = "[\n";

        Merge(Writer out) {
            this.out = out;
        }

        /** @throws IOException also when the file has no end; what is whole before that is taken */
        void add(BufferedReader in) throws IOException {
            // Of an event that nothing follows it is not known whether it is whole.
            String last = null;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals("]")) {
                    if (last != null) {
                        write(last);
                    }
                    return;
                }
                if (line.endsWith(",")) {
                    write(line.substring(0, line.length() - 1));
                } else if (line.startsWith("{")) {
                    last = line;
                }
            }
            throw new IOException("it has no end");
        }

        private void write(String event) throws IOException {
            out.write(separator);
            out.write(event);
            separator = ",\n";
        }

        void end() throws IOException {
            out.write(separator.equals(",\n") ? "\n]\n" : "[\n\n]\n");
        }
    }

    private TimelineParts() {}
}
