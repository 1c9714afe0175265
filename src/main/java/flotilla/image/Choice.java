package flotilla.image;

import flotilla.elf.ElfException;
import flotilla.elf.ElfFile;
import java.nio.file.Path;
import java.util.List;

/**
 * Which method {@code --privatize=auto} takes for the programs of a job.
 *
 * @param reason for who asks with -v
 */
public record Choice(Privatization method, String reason) {
    /** What {@code --privatize} calls it. */
    public static final String AUTO = "auto";

    /**
     * What was typed, when it is a method's name or {@link #AUTO}.
     *
     * @throws LoadException when it is not
     */
    public static String checked(String name) {
        return name.equals(AUTO) ? name : Privatization.named(name).name();
    }

    /** Looks at the programs, which need not be ones that can run. */
    public static Choice of(List<Path> programs) {
        if (!programs.isEmpty() && programs.stream().allMatch(Choice::isCompiledForAutoTls)) {
            return new Choice(new AutoTlsPrivatization(), "it was compiled for that");
        }
        return new Choice(new PiePrivatization(), "it makes everything private, needs no recompiling, and costs least");
    }

    private static boolean isCompiledForAutoTls(Path program) {
        try (ElfFile file = ElfFile.read(program)) {
            return file.isAutoTls();
        } catch (ElfException e) {
            // Whoever loads it says what is wrong.
            return false;
        }
    }
}
