package flotilla.fault;

import flotilla.elf.ElfException;
import flotilla.elf.Symbol;
import flotilla.elf.debug.LineTables;
import flotilla.elf.debug.ReadableNames;
import flotilla.elf.debug.SourceLine;
import flotilla.elf.unwind.PagedMemory;
import flotilla.elf.unwind.Registers;
import flotilla.elf.unwind.Unwinder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The calls that led to where a rank stands, for a person to read: a line for each. */
final class Backtrace {
    private static final int DEEPEST = 100_000;
    /** Of a deeper stack only so many innermost and outermost calls are listed. */
    private static final int INNERMOST = 12;
    private static final int OUTERMOST = 6;

    private final Modules modules;
    private final RankCode names;
    private List<Unwinder.Frame> frames;
    private boolean cut;
    private final Map<Long, Long> hiddenReturns = new HashMap<>();
    private final Map<Module, Map<Long, SourceLine>> lines = new HashMap<>();

    /** What else code of a rank can be. */
    interface RankCode {
        /** The host function whose gate an address lies in, or null. */
        String gateName(long address);
    }

    /** @param trapped whether the rank has trapped of its own will: then the guest library's innermost calls are of no interest */
    Backtrace(Modules modules, PagedMemory memory, Registers start, boolean trapped, RankCode names) {
        this.modules = modules;
        this.names = names;
        modules.restart();
        Unwinder.Stack stack = new Unwinder(modules, memory).walk(start, DEEPEST);
        frames = new ArrayList<>(stack.frames());
        cut = stack.cut();
        for (int i = 0; i + 1 < frames.size(); i++) {
            if (isGate(frames.get(i))) {
                hiddenReturns.put(frames.get(i).registers().sp() - 8, frames.get(i + 1).pc());
            }
        }
        if (trapped) {
            dropTrap();
        }
        dropStart();
        frames = frames.stream().filter(frame -> !isGate(frame)).toList();
    }

    /** The gate between a program and a function of libc is of no interest to the program's author. */
    private boolean isGate(Unwinder.Frame frame) {
        Module module = modules.at(frame.instruction());
        Symbol function = module == null || !module.image.isGuestLibrary() ? null : function(frame);
        return function != null && function.name().equals(Modules.CALL_GATE);
    }

    private Symbol function(Unwinder.Frame frame) {
        Module module = modules.at(frame.instruction());
        return module == null ? null : module.function(frame.instruction());
    }

    private void dropTrap() {
        int first = 0;
        while (first < frames.size()) {
            Module module = modules.at(frames.get(first).instruction());
            Symbol function = function(frames.get(first));
            if (module == null || !module.image.isGuestLibrary() || function == null
                    || !module.publicName(function).startsWith("flotilla_")) {
                break;
            }
            first++;
        }
        if (first < frames.size()) {
            frames = frames.subList(first, frames.size());
        }
    }

    /** What called main is the same in every program; and so is the main that gfortran makes. */
    private void dropStart() {
        for (int i = Math.max(0, frames.size() - 10); i < frames.size(); i++) {
            Symbol function = function(frames.get(i));
            if (function != null && (function.name().equals("main") || function.name().equals("MAIN__"))) {
                frames = frames.subList(0, i + 1);
                return;
            }
        }
    }

    /**
     * For each gate on the stack, the address of the word by which the host's function returns into the gate, and what stood
     * there had the guest called without a gate: with that a debugger, too, finds the way.
     */
    Map<Long, Long> hiddenReturns() {
        return hiddenReturns;
    }

    /** Where, among the innermost calls, the outermost function is whose name matches; -1 for nowhere. */
    private int last(Pattern name) {
        for (int i = Math.min(INNERMOST, frames.size()) - 1; i >= 0; i--) {
            Symbol function = function(frames.get(i));
            if (function != null && name.matcher(function.name()).lookingAt()) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a function of that name is among the innermost calls. */
    boolean passes(Pattern name) {
        return last(name) >= 0;
    }

    /** Leaves out how a library ends a program: everything that the outermost function of that name has called, and itself. */
    void dropUpTo(Pattern name, boolean inclusive) {
        int last = last(name);
        if (last >= 0) {
            frames = frames.subList(inclusive ? last + 1 : last, frames.size());
        }
    }

    /** One line for each call, innermost first, each ended by a newline. */
    String text() {
        List<Unwinder.Frame> listed = frames;
        int left = 0;
        if (frames.size() > INNERMOST + OUTERMOST + 6) {
            left = frames.size() - INNERMOST - OUTERMOST;
            listed = new ArrayList<>(frames.subList(0, INNERMOST));
            listed.addAll(frames.subList(frames.size() - OUTERMOST, frames.size()));
        }
        readLines(listed);
        var text = new StringBuilder();
        for (int i = 0; i < listed.size(); i++) {
            if (left > 0 && i == INNERMOST) {
                text.append("  ... ").append(left).append(" more calls").append(mostFrequent()).append('\n');
            }
            int number = left > 0 && i >= INNERMOST ? i + left : i;
            text.append("  #").append(number).append(number < 10 ? "  " : " ").append(describe(listed.get(i))).append('\n');
        }
        if (cut) {
            text.append("  ... and more\n");
        }
        return text.toString();
    }

    private String mostFrequent() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (Unwinder.Frame frame : frames) {
            Symbol function = function(frame);
            counts.merge(function == null ? "?" : ReadableNames.of(function.name(), false), 1, Integer::sum);
        }
        var most = counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return most.getValue() < frames.size() / 4 ? "" : ", " + most.getKey() + " " + most.getValue() + " times in all";
    }

    private void readLines(List<Unwinder.Frame> listed) {
        Map<Module, List<Long>> wanted = new HashMap<>();
        for (Unwinder.Frame frame : listed) {
            Module module = modules.at(frame.instruction());
            if (module != null && !module.image.isGuestLibrary()) {
                wanted.computeIfAbsent(module, key -> new ArrayList<>()).add(frame.instruction() - module.image.bias());
            }
        }
        wanted.forEach((module, addresses) -> {
            Path file = module.symbolFile();
            try {
                lines.put(module, file == null ? Map.of() : LineTables.find(file, addresses));
            } catch (ElfException e) {
                lines.put(module, Map.of());
            }
        });
    }

    private String describe(Unwinder.Frame frame) {
        String guess = frame.origin() == Unwinder.Origin.GUESS ? " (a guess)" : "";
        long at = frame.instruction();
        Module module = modules.at(at);
        if (module == null) {
            return "0x" + Long.toHexString(frame.pc()) + guess;
        }
        SourceLine line = lines.getOrDefault(module, Map.of()).get(at - module.image.bias());
        Symbol function = module.function(at);
        String gate = module.image.isGuestLibrary() ? names.gateName(at) : null;
        var text = new StringBuilder();
        if (gate != null) {
            text.append("gate of ").append(gate);
        } else if (function != null) {
            boolean fortran = line != null && line.isFortran();
            // gfortran's optimizer moves the main program into the main it makes.
            text.append(fortran && function.name().equals("main") ? "main program" : ReadableNames.of(module.publicName(function), fortran))
                    .append("+0x").append(Long.toHexString(frame.pc() - module.image.bias() - function.value()));
        } else {
            text.append("0x").append(Long.toHexString(frame.pc() - module.image.bias()));
        }
        if (line != null) {
            text.append(" at ").append(line);
        }
        return text.append(" in ").append(module.name()).append(guess).toString();
    }
}
