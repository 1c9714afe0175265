package flotilla.elf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Reads {@code .symtab}, which unlike the dynamic symbol table also has what is static; strip(1) removes it. */
final class FullSymbolTable {
    private static final int MAX_SECTIONS = 1 << 16;

    /**
     * All symbols of a file, in the order of the table.
     *
     * @return none when there is no such table
     * @throws ElfException when the file cannot be read or is damaged
     */
    static List<Symbol> read(Path file) {
        try (var bytes = FileBytes.open(file)) {
            return read(bytes);
        }
    }

    private static List<Symbol> read(FileBytes bytes) {
        ByteBuffer header = bytes.read(0, Elf.EHDR_SIZE, "the ELF header");
        int count = header.getShort(60) & 0xffff;
        if (header.getShort(58) != Elf.SHDR_SIZE || count == 0 || count > MAX_SECTIONS) {
            return List.of();
        }
        ByteBuffer sections = bytes.read(header.getLong(40), (long) count * Elf.SHDR_SIZE, "the section header table");
        for (int i = 0; i < count; i++) {
            int at = i * Elf.SHDR_SIZE;
            int link = sections.getInt(at + 40);
            // A file has one at most (gABI, "Sections").
            if (sections.getInt(at + 4) == Elf.SHT_SYMTAB && link >= 0 && link < count) {
                long size = sections.getLong(at + 32);
                return new SymbolTable(
                        bytes.read(sections.getLong(at + 24), size - Math.floorMod(size, Elf.SYM_SIZE), ".symtab"),
                        new StringTable(bytes.name(), bytes.read(sections.getLong(link * Elf.SHDR_SIZE + 24),
                                sections.getLong(link * Elf.SHDR_SIZE + 32), ".strtab")),
                        new HashTable.None()).all();
            }
        }
        return List.of();
    }

    private FullSymbolTable() {}
}
