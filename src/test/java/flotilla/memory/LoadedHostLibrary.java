package flotilla.memory;

import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Names the host library before any test of this process needs it. */
public final class LoadedHostLibrary implements LauncherSessionListener {
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        HostLibrary.load(Path.of(System.getProperty("flotilla.home", ""), "target/guest/libflotilla-host.so").toAbsolutePath());
    }
}
