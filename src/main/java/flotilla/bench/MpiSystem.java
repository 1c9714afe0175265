package flotilla.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What runs programs: Flotilla, Debian's other implementations of MPI, and the bare system. */
public enum MpiSystem {
    FLOTILLA("Flotilla", List.of()),
    MPICH("MPICH", List.of("mpicc.mpich", "mpirun.mpich")),
    OPEN_MPI("Open MPI", List.of("mpicc.openmpi", "mpirun.openmpi")),
    /** No MPI: the program as a process, with glibc. */
    NATIVE("glibc", List.of("gcc"));

    private final String label;
    private final List<String> tools;

    MpiSystem(String label, List<String> tools) {
        this.label = label;
        this.tools = tools;
    }

    /** As it stands in tables and stored runs. */
    public String label() {
        return label;
    }

    public boolean isReference() {
        return this != FLOTILLA;
    }

    boolean isInstalled() {
        return tools.stream().allMatch(tool -> Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool))));
    }

    List<String> compiler(Path home) {
        return this == FLOTILLA ? List.of(home.resolve("bin/flotilla").toString(), "cc") : List.of(tools.getFirst());
    }

    /**
     * The words before the program's name.
     *
     * @param pes cores that the ranks share
     */
    List<String> launcher(Path home, int ranks, int pes) {
        var words = new ArrayList<String>();
        switch (this) {
            case FLOTILLA -> words.addAll(List.of(home.resolve("bin/flotilla").toString(), "run", "-n", Integer.toString(ranks), "--pes", Integer.toString(pes)));
            case MPICH -> {
                words.addAll(Cores.confined(pes));
                words.addAll(List.of("mpirun.mpich", "-n", Integer.toString(ranks)));
            }
            case OPEN_MPI -> {
                words.addAll(Cores.confined(pes));
                words.addAll(List.of("mpirun.openmpi", "--oversubscribe", "--bind-to", "none", "-n", Integer.toString(ranks)));
                if (ranks > pes) {
                    // As it does by itself where it knows of the lack of cores.
                    words.addAll(List.of("--mca", "mpi_yield_when_idle", "1"));
                }
                if (Cores.userIsRoot()) {
                    words.add("--allow-run-as-root");
                }
            }
            case NATIVE -> words.addAll(Cores.confined(pes));
        }
        return words;
    }

    /** As {@link #launcher}, for processes that shall not use the memory that they could share. */
    List<String> launcherOverTcp(Path home, int ranks, int pes) {
        var words = new ArrayList<String>();
        if (this == MPICH) {
            words.addAll(List.of("env", "MPIR_CVAR_NOLOCAL=1", "UCX_TLS=tcp,self"));
        }
        words.addAll(launcher(home, ranks, pes));
        if (this == OPEN_MPI) {
            words.addAll(List.of("--mca", "pml", "ob1", "--mca", "btl", "tcp,self"));
        }
        return words;
    }
}
