package flotilla.image;

import flotilla.elf.Symbol;

/** What a symbol reference is bound to. */
sealed interface Binding {
    record Defined(Image image, Symbol symbol) implements Binding {}

    record Host(HostLibrary.HostSymbol symbol) implements Binding {}
}
