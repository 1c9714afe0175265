package flotilla.elf.debug;

/**
 * A line of source.
 *
 * @param file as the compiler was given it
 * @param line from 1, or 0 when unknown
 */
public record SourceLine(String file, long line) {
    /** Whether a Fortran compiler read it. */
    public boolean isFortran() {
        return file.matches(".*\\.([fF](or|tn|pp|90|95|03|08|18)?|FOR|F90|F95)");
    }

    @Override
    public String toString() {
        return line == 0 ? file : file + ":" + line;
    }
}
