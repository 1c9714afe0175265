package flotilla.refactor;

import java.io.IOException;

/** A program that reads sources for this one, and ends with it. */
public final class AttendedProcess {
    /** What is done with the process, which has no input. */
    public interface Work<T> {
        T with(Process process) throws IOException, InterruptedException;
    }

    /** Works with a process, and ends it afterwards. @throws IOException when what it writes can't be read */
    public static <T> T attend(Process process, Work<T> work) throws IOException {
        var ending = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(ending);
        try {
            process.getOutputStream().close();
            return work.with(process);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RefactorException("interrupted");
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(ending);
        }
    }

    private AttendedProcess() {}
}
