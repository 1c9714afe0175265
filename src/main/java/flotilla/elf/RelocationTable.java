package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A table of relocation records with addends (gABI, "Relocation"): {@code DT_RELA} or {@code DT_JMPREL}. */
public final class RelocationTable {
    static final RelocationTable EMPTY = new RelocationTable(ByteBuffer.allocate(0).order(ByteOrder.LITTLE_ENDIAN));

    private final ByteBuffer records;

    RelocationTable(ByteBuffer records) {
        this.records = records;
    }

    public int count() {
        return records.limit() / Elf.RELA_SIZE;
    }

    /** Where record {@code index} relocates, relative to the image's bias. */
    public long offset(int index) {
        return records.getLong(index * Elf.RELA_SIZE);
    }

    /** {@code R_X86_64_*} (psABI, "Relocation Types"). */
    public int type(int index) {
        return records.getInt(index * Elf.RELA_SIZE + 8);
    }

    /** Index into the dynamic symbol table, 0 for none. */
    public int symbol(int index) {
        return records.getInt(index * Elf.RELA_SIZE + 12);
    }

    public long addend(int index) {
        return records.getLong(index * Elf.RELA_SIZE + 16);
    }
}
