package flotilla.image;

import java.util.List;

/**
 * What one rank is started with. Ranks that share arguments and environment should share the list objects: the start
 * stack is then encoded once.
 *
 * @param programSize  how many ranks run the same program
 * @param arguments    argv, the program's name included
 * @param environment  {@code NAME=value}
 * @param canary       stack-protector canary of the PE threads (fs:0x28)
 * @param pointerGuard pointer guard of the PE threads (fs:0x30)
 */
public record RankStart(
        int worldRank,
        int worldSize,
        int programIndex,
        int programSize,
        List<String> arguments,
        List<String> environment,
        boolean stdoutIsTerminal,
        long canary,
        long pointerGuard) {

    /** Of a job with one program. */
    public RankStart(int worldRank, int worldSize, int programIndex, List<String> arguments, List<String> environment,
            boolean stdoutIsTerminal, long canary, long pointerGuard) {
        this(worldRank, worldSize, programIndex, worldSize, arguments, environment, stdoutIsTerminal, canary, pointerGuard);
    }
}
