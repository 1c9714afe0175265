package flotilla.cli;

import java.nio.file.Path;

/** Where Flotilla lies; {@code bin/flotilla} says it in the property {@code flotilla.home}. */
final class Installation {
    static Path guestLibraries() {
        return home().resolve("target/guest");
    }

    static Path gdbScripts() {
        return home().resolve("libexec/gdb");
    }

    static Path home() {
        String home = System.getProperty("flotilla.home");
        if (home == null) {
            throw new BadInputException("the property flotilla.home is not set; start Flotilla with bin/flotilla");
        }
        return Path.of(home);
    }

    private Installation() {}
}
