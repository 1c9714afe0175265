/*
 * Reads a Fortran program with LLVM's front end (flang's libraries) and tells what names mean, where they stand, and where
 * units and declarations begin and end.
 *
 *     reader --modules DIR [--intrinsic DIR] [-I DIR] [-D NAME[=VALUE]] [-fopenmp] ... [--library SOURCE] SOURCE...
 *
 * Sources may come in any order. Modules that they make are written to the folder of --modules. What a --library source has is
 * known, but not told of.
 */
#include "facts.h"

#include "flang/Common/Fortran-features.h"
#include "flang/Common/default-kinds.h"
#include "flang/Parser/parse-tree.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <cstring>
#include <memory>

using namespace Fortran;

namespace {

struct Source {
    std::string path;
    bool isLibrary = false;
    std::unique_ptr<parser::Parsing> parsing;
    std::set<std::string> makes, uses;
    bool done = false;
};

/* The modules that a source makes and uses. A walk through all of the tree would do this in one line, and cost compilers a minute. */
class Modules {
public:
    explicit Modules(Source &source) : source_(source) {}

    void see(const parser::Program &program) {
        for (const parser::ProgramUnit &unit : program.v) {
            std::visit([&](const auto &x) { see(x.value()); }, unit.u);
        }
    }

private:
    void see(const parser::Module &x) {
        source_.makes.insert(std::get<parser::Statement<parser::ModuleStmt>>(x.t).statement.v.ToString());
        module(x);
    }
    void see(const parser::Submodule &x) {
        const auto &head = std::get<parser::Statement<parser::SubmoduleStmt>>(x.t).statement;
        source_.makes.insert(std::get<parser::Name>(head.t).ToString());
        source_.uses.insert(std::get<parser::Name>(std::get<parser::ParentIdentifier>(head.t).t).ToString());
        module(x);
    }
    void see(const parser::MainProgram &x) { procedure(x); }
    void see(const parser::FunctionSubprogram &x) { procedure(x); }
    void see(const parser::SubroutineSubprogram &x) { procedure(x); }
    void see(const parser::SeparateModuleSubprogram &x) { procedure(x); }
    void see(const parser::BlockData &x) { uses(std::get<parser::SpecificationPart>(x.t)); }
    template <typename A> void see(const A &) {}

    template <typename A> void module(const A &x) {
        uses(std::get<parser::SpecificationPart>(x.t));
        if (const auto &part = std::get<std::optional<parser::ModuleSubprogramPart>>(x.t)) {
            for (const auto &one : std::get<std::list<parser::ModuleSubprogram>>(part->t)) {
                std::visit([&](const auto &y) { see(y.value()); }, one.u);
            }
        }
    }
    template <typename A> void procedure(const A &x) {
        uses(std::get<parser::SpecificationPart>(x.t));
        if (const auto &part = std::get<std::optional<parser::InternalSubprogramPart>>(x.t)) {
            for (const auto &one : std::get<std::list<parser::InternalSubprogram>>(part->t)) {
                std::visit([&](const auto &y) { see(y.value()); }, one.u);
            }
        }
    }
    void uses(const parser::SpecificationPart &part) {
        for (const auto &use : std::get<std::list<parser::Statement<common::Indirection<parser::UseStmt>>>>(part.t)) {
            source_.uses.insert(use.statement.value().moduleName.ToString());
        }
    }

    Source &source_;
};

bool endsWith(const std::string &text, const char *end) {
    size_t length = strlen(end);
    return text.size() >= length && text.compare(text.size() - length, length, end) == 0;
}

bool isFixed(const std::string &path) {
    for (const char *end : {".f", ".F", ".for", ".FOR", ".ftn", ".FTN", ".f77", ".F77"}) {
        if (endsWith(path, end)) return true;
    }
    return false;
}

/* A source whose modules are all made; sources that wait for each other come as they stand, and are then refused. */
Source *next(std::vector<Source> &sources) {
    Source *first = nullptr;
    for (Source &source : sources) {
        if (source.done) continue;
        if (!first) first = &source;
        bool ready = true;
        for (const Source &other : sources) {
            if (other.done || &other == &source) continue;
            for (const std::string &name : source.uses) ready = ready && !other.makes.count(name);
        }
        if (ready) return &source;
    }
    return first;
}

}

int main(int count, char **words) {
    std::vector<Source> sources;
    parser::Options options;
    common::IntrinsicTypeDefaultKinds kinds;
    std::string modules = ".", intrinsic;
    int form = 0;
    bool library = false;
    for (int i = 1; i < count; i++) {
        std::string word = words[i];
        auto value = [&] { return word.size() > 2 ? word.substr(2) : std::string(++i < count ? words[i] : ""); };
        if (word == "--modules" && i + 1 < count) modules = words[++i];
        else if (word == "--intrinsic" && i + 1 < count) intrinsic = words[++i];
        else if (word == "--library") library = true;
        else if (word.compare(0, 2, "-I") == 0) options.searchDirectories.push_back(value());
        else if (word.compare(0, 2, "-D") == 0) {
            std::string definition = value();
            size_t equals = definition.find('=');
            options.predefinitions.emplace_back(definition.substr(0, equals),
                equals == std::string::npos ? "1" : definition.substr(equals + 1));
        } else if (word == "-fopenmp") {
            options.features.Enable(common::LanguageFeature::OpenMP);
            options.predefinitions.emplace_back("_OPENMP", "201511");
        } else if (word == "-fdefault-real-8") {
            kinds.set_defaultRealKind(8);
            kinds.set_doublePrecisionKind(16);
        } else if (word == "-fdefault-double-8") kinds.set_doublePrecisionKind(8);
        else if (word == "-fdefault-integer-8") kinds.set_defaultIntegerKind(8).set_defaultLogicalKind(8);
        else if (word == "-ffixed-form") form = 1;
        else if (word == "-ffree-form") form = 2;
        else if (word.compare(0, 20, "-ffixed-line-length-") == 0) {
            int length = atoi(word.c_str() + 20);
            options.fixedFormColumns = length > 0 ? length : 1 << 20;
        } else if (word.compare(0, 1, "-") == 0) {
            fprintf(stderr, "error: option %s is not known to the reader of Fortran\n", word.c_str());
            return 2;
        } else {
            sources.emplace_back();
            sources.back().path = word;
            sources.back().isLibrary = library;
            library = false;
        }
    }
    parser::AllSources all;
    parser::AllCookedSources cooked{all};
    options.searchDirectories.insert(options.searchDirectories.begin(), ".");
    for (Source &source : sources) {
        parser::Options own = options;
        own.isFixedForm = form == 1 || (form == 0 && isFixed(source.path));
        size_t slash = source.path.rfind('/');
        own.searchDirectories.insert(own.searchDirectories.begin(), slash == std::string::npos ? "." : source.path.substr(0, slash));
        source.parsing = std::make_unique<parser::Parsing>(cooked);
        source.parsing->Prescan(source.path, own);
        if (!source.parsing->messages().AnyFatalError()) source.parsing->Parse(llvm::nulls());
        if (source.parsing->messages().AnyFatalError() || !source.parsing->parseTree() || !source.parsing->consumedWholeFile()) {
            source.parsing->messages().Emit(llvm::errs(), cooked);
            if (!source.parsing->messages().AnyFatalError()) llvm::errs() << source.path << ": error: not Fortran to the end\n";
            return 1;
        }
        Modules{source}.see(*source.parsing->parseTree());
    }
    Facts facts{cooked};
    std::vector<std::unique_ptr<semantics::SemanticsContext>> contexts;
    std::vector<std::unique_ptr<semantics::Semantics>> analyses;
    std::vector<std::string> searched = options.searchDirectories;
    searched.insert(searched.begin(), modules);
    while (Source *source = next(sources)) {
        source->done = true;
        contexts.push_back(std::make_unique<semantics::SemanticsContext>(kinds, options.features, cooked));
        semantics::SemanticsContext &context = *contexts.back();
        context.set_moduleDirectory(modules).set_searchDirectories(searched);
        if (!intrinsic.empty()) context.set_intrinsicModuleDirectories({intrinsic});
        analyses.push_back(std::make_unique<semantics::Semantics>(context, *source->parsing->parseTree()));
        if (!analyses.back()->Perform()) {
            analyses.back()->EmitMessages(llvm::errs());
            return 1;
        }
        if (source->isLibrary) continue;
        facts.line({"source", source->path});
        tellSource(facts, *source->parsing->parseTree(), context);
    }
    return 0;
}
