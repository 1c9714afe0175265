package flotilla.mpi.collective;

import flotilla.memory.Memory;
import flotilla.mpi.core.NativeBlock;
import flotilla.mpi.core.Rank;
import flotilla.mpi.datatype.Datatype;
import flotilla.mpi.datatype.Pack;
import java.io.Serializable;

/**
 * A send or receive buffer of a collective call: one part for each peer, or the same for all. The arrays of counts and
 * displacements are the program's own, in guest memory, for as long as the call blocks; nonblocking operations
 * {@link #keep} a copy.
 */
public final class Parts implements Serializable {
    private enum Form { NONE, SINGLE, EQUAL, VARIABLE, TYPED }

    private Form form = Form.NONE;
    /** Address of displacement 0. */
    long buffer;
    private long count;
    private Datatype type;
    /** Bytes from one part to the next (EQUAL). */
    private long stride;
    /** Address of 4-byte counts. */
    private long counts;
    /** Address of displacements: 4-byte ones in extents (VARIABLE) or bytes (TYPED), or 8-byte ones in bytes (TYPED). */
    private long displacements;
    private boolean wide;
    private Datatype[] types;
    private NativeBlock kept;

    public void setNone() {
        form = Form.NONE;
        buffer = 0;
    }

    /** The whole buffer is for every peer. */
    public void setSingle(long buffer, long count, Datatype type) {
        form = Form.SINGLE;
        this.buffer = buffer;
        this.count = count;
        this.type = type;
    }

    /** Part i lies {@code i * count} items behind the buffer's start. */
    public void setEqual(long buffer, long count, Datatype type) {
        setSingle(buffer, count, type);
        form = Form.EQUAL;
        stride = count * type.extent();
    }

    /** The v-variants: displacements in extents of the type. */
    public void setVariable(long buffer, long counts, long displacements, Datatype type) {
        form = Form.VARIABLE;
        this.buffer = buffer;
        this.counts = counts;
        this.displacements = displacements;
        this.type = type;
    }

    /** The w-variants: displacements in bytes. @param wide whether these are 8 bytes long */
    public void setTyped(long buffer, long counts, long displacements, boolean wide, Datatype[] types) {
        form = Form.TYPED;
        this.buffer = buffer;
        this.counts = counts;
        this.displacements = displacements;
        this.wide = wide;
        this.types = types;
    }

    /** Copies the arrays of {@code peers} counts and displacements, which the program may free when the call returns. */
    public void keep(Rank rank, int peers) {
        if (form != Form.VARIABLE && form != Form.TYPED || peers == 0) {
            return;
        }
        long width = wide && form == Form.TYPED ? 8L : 4L;
        kept = rank.takeBlock((width + 4) * peers);
        Memory.copy(displacements, kept.address, width * peers);
        displacements = kept.address;
        Memory.copy(counts, kept.address + width * peers, 4L * peers);
        counts = kept.address + width * peers;
    }

    /** Forgets everything that a later call must not see. */
    void clear() {
        if (kept != null) {
            kept.give();
            kept = null;
        }
        types = null;
        type = null;
        form = Form.NONE;
    }

    public long address(int part) {
        return switch (form) {
            case NONE -> 0;
            case SINGLE -> buffer;
            case EQUAL -> buffer + part * stride;
            case VARIABLE -> buffer + Memory.getInt(displacements + 4L * part) * type.extent();
            case TYPED -> buffer + (wide ? Memory.getLong(displacements + 8L * part) : Memory.getInt(displacements + 4L * part));
        };
    }

    public long count(int part) {
        return switch (form) {
            case NONE -> 0;
            case SINGLE, EQUAL -> count;
            case VARIABLE, TYPED -> Memory.getInt(counts + 4L * part);
        };
    }

    /** Null when there is nothing. */
    public Datatype type(int part) {
        return form == Form.TYPED ? types[part] : type;
    }

    /** Data bytes of a part. */
    long bytes(int part) {
        long items = count(part);
        return items == 0 ? 0 : items * type(part).size();
    }

    /** Data bytes of a part when all have as many, else -1. */
    long equalBytes() {
        return switch (form) {
            case NONE -> 0;
            case SINGLE, EQUAL -> count == 0 ? 0 : count * type.size();
            default -> -1;
        };
    }

    /** Address of the data when every part is a run of bytes and they lie one behind the other in equal steps, else -1. */
    long runAddress() {
        return (form == Form.SINGLE || form == Form.EQUAL) && type.isContiguous() ? buffer + type.trueLb() : -1;
    }

    /** Address of the data when the parts have these lengths and are one run of bytes together, else -1. */
    long runAddress(long[] partBytes) {
        if (form != Form.EQUAL && form != Form.VARIABLE || !type.isContiguous()) {
            return -1;
        }
        long start = address(0) + type.trueLb();
        long at = start;
        for (int i = 0; i < partBytes.length; i++) {
            if (bytes(i) != partBytes[i] || address(i) + type.trueLb() != at && partBytes[i] > 0) {
                return -1;
            }
            at += partBytes[i];
        }
        return start;
    }

    /** Copies one part into another, as much as fits. Answers whether that was not all. */
    static boolean copy(Parts from, int fromPart, Parts to, int toPart) {
        long sent = from.bytes(fromPart);
        if (sent == 0) {
            return false;
        }
        long wanted = to.bytes(toPart);
        if (wanted > 0) {
            Pack.copy(from.address(fromPart), from.count(fromPart), from.type(fromPart), to.address(toPart),
                    to.count(toPart), to.type(toPart), sent);
        }
        return sent > wanted;
    }

    /** Writes a part's packed data to {@code address}; returns its bytes. */
    long pack(int part, long address) {
        long items = count(part);
        return items == 0 ? 0 : Pack.pack(address(part), items, type(part), address);
    }

    /** Reads a part from packed data. Answers whether that was longer than the part. */
    boolean unpack(int part, long address, long bytes) {
        long wanted = bytes(part);
        if (bytes > 0 && wanted > 0) {
            Pack.unpack(address, Math.min(bytes, wanted), address(part), count(part), type(part));
        }
        return bytes > wanted;
    }
}
