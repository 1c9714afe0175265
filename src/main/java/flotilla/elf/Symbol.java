package flotilla.elf;

/**
 * A symbol table entry (gABI, "Symbol Table").
 *
 * @param index      position in its table
 * @param nameOffset offset of the name in the string table
 * @param section    section index; {@link Elf#SHN_UNDEF} for a reference
 * @param value      address relative to the image's bias, or offset in the TLS segment for {@link Elf#STT_TLS}
 * @param size       bytes, 0 when unknown
 */
public record Symbol(int index, String name, int nameOffset, int info, int other, int section, long value, long size) {
    public int binding() {
        return info >>> 4;
    }

    public int type() {
        return info & 0xf;
    }

    public int visibility() {
        return other & 3;
    }

    public boolean isDefined() {
        return section != Elf.SHN_UNDEF;
    }

    public boolean isWeak() {
        return binding() == Elf.STB_WEAK;
    }

    public boolean isLocal() {
        return binding() == Elf.STB_LOCAL;
    }

    public boolean isFunction() {
        return type() == Elf.STT_FUNC || type() == Elf.STT_GNU_IFUNC;
    }

    /** A definition that other images may bind to. */
    public boolean isExported() {
        int binding = binding();
        return isDefined()
                && (binding == Elf.STB_GLOBAL || binding == Elf.STB_WEAK || binding == Elf.STB_GNU_UNIQUE)
                && visibility() != Elf.STV_HIDDEN && visibility() != Elf.STV_INTERNAL
                && (value != 0 || type() == Elf.STT_TLS || section == Elf.SHN_ABS);
    }
}
