#include "facts.h"

#include "flang/Evaluate/tools.h"
#include "flang/Semantics/tools.h"
#include "flang/Semantics/type.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>

using namespace Fortran;

void Facts::line(std::initializer_list<std::string> fields) {
    const char *separator = "";
    for (const std::string &field : fields) {
        fputs(separator, stdout);
        for (char c : field) putchar(c == '\t' || c == '\n' ? ' ' : c);
        separator = "\t";
    }
    putchar('\n');
}

std::string Facts::placeOf(const char *character, bool inSource) {
    auto provenance = sources_.GetProvenanceRange(parser::CharBlock{character, 1});
    if (!provenance) return "-";
    size_t offset = 0;
    const parser::SourceFile *file = sources_.allSources().GetSourceFile(provenance->start(), &offset, inSource);
    if (!file) return "-";
    auto [known, added] = files_.emplace(file->path(), static_cast<int>(files_.size()));
    if (added) line({"file", std::to_string(known->second), file->path()});
    return std::to_string(known->second) + ":" + std::to_string(offset);
}

std::string Facts::place(const char *character) { return placeOf(character, false); }

std::string Facts::placeInSource(const char *character) { return placeOf(character, true); }

std::string Facts::end(parser::CharBlock text) {
    std::string last = place(text.end() - 1);
    size_t colon = last.find(':');
    return colon == std::string::npos ? last : last.substr(0, colon + 1) + std::to_string(std::stoul(last.substr(colon + 1)) + 1);
}

std::string Facts::scope(const semantics::Scope &of) {
    if (of.IsGlobal() || of.IsIntrinsicModules()) return "";
    std::string around = scope(of.parent());
    const semantics::Symbol *symbol = of.symbol();
    if (!symbol) return around + "/#" + place(of.sourceRange().begin());
    bool isInterface = symbol->has<semantics::SubprogramDetails>() && symbol->get<semantics::SubprogramDetails>().isInterface();
    return around + "/" + symbol->name().ToString() + (isInterface ? "#interface" : "");
}

std::string Facts::symbol(const semantics::Symbol &met) {
    const semantics::Symbol &symbol = met.GetUltimate();
    std::string key = scope(symbol.owner()) + "/" + symbol.name().ToString();
    if (told_.insert(&symbol).second) tell(symbol, key);
    return key;
}

static std::string shape(const semantics::ArraySpec &bounds) {
    std::string buffer;
    llvm::raw_string_ostream stream{buffer};
    const char *separator = "";
    for (const semantics::ShapeSpec &bound : bounds) {
        stream << separator << bound;
        separator = ",";
    }
    stream.flush();
    return buffer;
}

void Facts::tell(const semantics::Symbol &symbol, const std::string &key) {
    using semantics::Attr;
    using Flag = semantics::Symbol::Flag;
    std::string kind = "other", marks, type, typeOf, bounds, first, block, size;
    auto mark = [&](bool is, const char *word) { if (is) marks += std::string(marks.empty() ? "" : ",") + word; };
    for (auto [attribute, word] : {std::pair{Attr::ALLOCATABLE, "allocatable"}, {Attr::POINTER, "pointer"}, {Attr::TARGET, "target"},
             {Attr::PARAMETER, "parameter"}, {Attr::VOLATILE, "volatile"}, {Attr::ASYNCHRONOUS, "asynchronous"}, {Attr::BIND_C, "bind"},
             {Attr::CONTIGUOUS, "contiguous"}, {Attr::PURE, "pure"}, {Attr::ELEMENTAL, "elemental"}, {Attr::IMPURE, "impure"},
             {Attr::RECURSIVE, "recursive"}, {Attr::MODULE, "module"}, {Attr::PRIVATE, "private"}}) {
        mark(symbol.attrs().test(attribute), word);
    }
    if (const auto *object = symbol.detailsIf<semantics::ObjectEntityDetails>()) {
        kind = symbol.owner().IsDerivedType() ? "component" : "variable";
        mark(semantics::IsSaved(symbol), "saved");
        mark(object->isDummy(), "dummy");
        mark(object->isFuncResult(), "result");
        mark(object->IsCoarray(), "coarray");
        mark(semantics::IsAutomatic(symbol), "automatic");
        mark(semantics::FindEquivalenceSet(symbol) != nullptr, "equivalence");
        mark(symbol.test(Flag::OmpThreadprivate), "threadprivate");
        mark(symbol.test(Flag::CrayPointer) || symbol.test(Flag::CrayPointee), "cray");
        mark(symbol.test(Flag::ModFile) && object->init().has_value(), "initialized");
        mark(symbol.owner().kind() == semantics::Scope::Kind::BlockConstruct, "block");
        if (const semantics::DeclTypeSpec *declared = symbol.GetType()) {
            mark(declared->IsPolymorphic(), "polymorphic");
            type = declared->AsFortran();
            if (const semantics::DerivedTypeSpec *spec = declared->AsDerived()) {
                typeOf = this->symbol(spec->typeSymbol());
                mark(!spec->parameters().empty(), "parameterized");
                mark(spec->HasDefaultInitialization(), "begins");
            }
        }
        if (object->IsArray()) bounds = shape(object->shape());
        if (object->init()) first = object->init()->AsFortran();
        if (object->commonBlock()) block = object->commonBlock()->name().ToString();
        mark(object->commonBlock() != nullptr, "common");
        size = std::to_string(symbol.size());
    } else if (symbol.has<semantics::SubprogramDetails>()) {
        kind = "procedure";
        mark(symbol.get<semantics::SubprogramDetails>().isInterface(), "interface");
        mark(symbol.test(Flag::StmtFunction), "statement");
    } else if (const auto *procedure = symbol.detailsIf<semantics::ProcEntityDetails>()) {
        kind = symbol.attrs().test(Attr::POINTER) ? "pointer" : procedure->isDummy() ? "dummy" : "external";
        mark(semantics::IsSaved(symbol), "saved");
        if (symbol.owner().IsDerivedType()) kind = "component";
    } else if (symbol.has<semantics::SubprogramNameDetails>()) {
        kind = "procedure";
    } else if (symbol.has<semantics::GenericDetails>()) {
        kind = "generic";
    } else if (symbol.has<semantics::DerivedTypeDetails>()) {
        kind = "type";
    } else if (symbol.has<semantics::ModuleDetails>()) {
        kind = "module";
    }
    mark(symbol.test(Flag::ModFile), "elsewhere");
    line({"symbol", key, kind, marks, place(symbol.name().begin()), type, typeOf, bounds, first, block, size});
    if (const auto *generic = symbol.detailsIf<semantics::GenericDetails>()) {
        for (const semantics::Symbol &specific : generic->specificProcs()) line({"specific", key, this->symbol(specific)});
        if (generic->specific()) line({"specific", key, this->symbol(*generic->specific())});
    }
}
