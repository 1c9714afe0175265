package flotilla.elf;

import java.util.List;
import java.util.Map;

/** What the dynamic section (PT_DYNAMIC) says, each tag resolved. Without one, everything is empty. */
final class DynamicSection {
    boolean present;
    String soname;
    List<String> needed = List.of();
    String rpath;
    String runpath;
    long flags;
    long flags1;
    long stringTable;
    SymbolTable symbols;
    SymbolVersions versions = new SymbolVersions(null, Map.of(), Map.of());
    RelocationTable rela = RelocationTable.EMPTY;
    RelocationTable jmprel = RelocationTable.EMPTY;
    long[] relr = new long[0];
    long init;
    long fini;
    ElfFile.FunctionArray preinitArray = ElfFile.FunctionArray.EMPTY;
    ElfFile.FunctionArray initArray = ElfFile.FunctionArray.EMPTY;
    ElfFile.FunctionArray finiArray = ElfFile.FunctionArray.EMPTY;
}
