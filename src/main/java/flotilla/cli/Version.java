package flotilla.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that the build wrote into the jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String text() {
        String version = Main.class.getPackage().getImplementationVersion();
        return "Flotilla " + (version == null ? "(development)" : version) + ", MPI 3.1, JDK "
                + Runtime.version().feature();
    }
}
