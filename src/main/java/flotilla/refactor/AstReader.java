package flotilla.refactor;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.function.UnaryOperator;

/**
 * Reads what {@code -ast-dump=json} writes. Clang names a file only where it is another than in the location written before,
 * so all locations have to be read in order.
 */
final class AstReader {
    private static final int DEEPEST = 100_000;

    private final JsonReader json;
    private final UnaryOperator<String> pathOf;
    private String file = "";

    /** {@code pathOf}: makes a file's name one that is the same in all units. */
    static Node read(Reader text, UnaryOperator<String> pathOf) throws IOException {
        var json = new JsonReader(text);
        json.setNestingLimit(DEEPEST);
        return new AstReader(json, pathOf).node();
    }

    private AstReader(JsonReader json, UnaryOperator<String> pathOf) {
        this.json = json;
        this.pathOf = pathOf;
    }

    private Node node() throws IOException {
        var node = new Node();
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            switch (key) {
                case "id" -> node.id = json.nextString();
                case "kind" -> node.kind = json.nextString();
                case "name" -> node.name = text();
                case "loc" -> node.at = place();
                case "range" -> range(node);
                case "type" -> type(node);
                case "storageClass" -> node.storage = json.nextString();
                case "tagUsed" -> node.tag = json.nextString();
                case "value" -> node.value = text();
                case "referencedDecl" -> referred(node);
                case "tls" -> {
                    json.skipValue();
                    node.threadLocal = true;
                }
                case "isImplicit" -> node.implicit = json.nextBoolean();
                case "completeDefinition" -> node.complete = json.nextBoolean();
                case "init" -> {
                    json.skipValue();
                    node.initialized = true;
                }
                case "inner" -> children(node);
                default -> json.skipValue();
            }
        }
        json.endObject();
        return node;
    }

    private void children(Node node) throws IOException {
        json.beginArray();
        while (json.hasNext()) {
            node.inner.add(node());
        }
        json.endArray();
    }

    private String text() throws IOException {
        if (json.peek() == JsonToken.STRING || json.peek() == JsonToken.NUMBER) {
            return json.nextString();
        }
        json.skipValue();
        return "";
    }

    private void range(Node node) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "begin" -> node.begin = place();
                case "end" -> node.end = place();
                default -> json.skipValue();
            }
        }
        json.endObject();
    }

    private void type(Node node) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "qualType" -> node.type = json.nextString();
                case "desugaredQualType" -> node.plainType = json.nextString();
                default -> json.skipValue();
            }
        }
        json.endObject();
        if (node.plainType.isEmpty()) {
            node.plainType = node.type;
        }
    }

    private void referred(Node node) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "id" -> node.referredId = json.nextString();
                case "kind" -> node.referredKind = json.nextString();
                case "name" -> node.referredName = text();
                default -> json.skipValue();
            }
        }
        json.endObject();
    }

    private Place place() throws IOException {
        Place spelled = null;
        Place expanded = null;
        int offset = -1;
        int length = 0;
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "offset" -> offset = json.nextInt();
                case "file" -> file = pathOf.apply(json.nextString());
                case "tokLen" -> length = json.nextInt();
                case "spellingLoc" -> spelled = place();
                case "expansionLoc" -> expanded = place();
                default -> json.skipValue();
            }
        }
        json.endObject();
        if (spelled != null && expanded != null) {
            return new Place(spelled.file(), spelled.offset(), spelled.length(), expanded.file(), expanded.offset(), true);
        }
        return offset < 0 ? Place.NOWHERE : new Place(file, offset, length, file, offset, false);
    }
}
