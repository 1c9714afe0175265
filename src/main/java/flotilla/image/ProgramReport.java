package flotilla.image;

import flotilla.elf.ElfFile;
import java.nio.file.Path;
import java.util.List;

/**
 * What is known of a program before it runs.
 *
 * @param face                of which MPI library's binary interface the program makes use
 * @param privateLibraries    loaded into every rank, the guest library included
 * @param hostLibraries       shared by all ranks of a process
 * @param replacedLibraries   answered by the guest library
 * @param mpiFunctions        that the program and its libraries refer to
 * @param missingMpiFunctions those of them that nobody defines
 * @param missingFunctions    other functions that nobody defines; calling one ends the job
 * @param hostData            variables of the C library that ranks share
 * @param fsBase              whether guest code runs under an FS base of its own
 * @param fsBaseReason        why, or why not
 * @param warnings            what else may not work, one line each
 * @param notices             what will surely not be as expected, one line each: also told before a run
 * @param images              the files of the program and of its own libraries, not those of the system
 */
public record ProgramReport(
        Path program,
        String face,
        List<Library> privateLibraries,
        List<String> hostLibraries,
        List<String> replacedLibraries,
        List<String> mpiFunctions,
        List<String> missingMpiFunctions,
        List<String> missingFunctions,
        List<String> hostData,
        boolean fsBase,
        String fsBaseReason,
        List<String> warnings,
        List<String> notices,
        List<ElfFile> images) {
    /** A library by the name it is needed under, and its file. */
    public record Library(String name, Path path) {}
}
