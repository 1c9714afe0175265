package flotilla.elf;

/** A file is not what it should be. The message is one line: the file, what is wrong and where, and what to do about it. */
public final class ElfException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String file;

    /**
     * @param file   path of the file
     * @param what   what is wrong, and where in the file
     * @param remedy what the user can do
     */
    public ElfException(String file, String what, String remedy) {
        // Names come from files and may hold anything.
        super((file + ": " + what + "; " + remedy).replaceAll("\\p{Cntrl}", "?"));
        this.file = file;
    }

    public String file() {
        return file;
    }

    /** A file whose structures contradict each other or point outside of it. */
    public static ElfException damaged(String file, String what) {
        return new ElfException(file, what, "the file is damaged or truncated: build or copy it again");
    }
}
