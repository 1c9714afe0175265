#include "facts.h"

#include "flang/Parser/parse-tree-visitor.h"
#include "flang/Parser/parse-tree.h"
#include "flang/Parser/tools.h"
#include "flang/Semantics/tools.h"

#include <vector>

using namespace Fortran;

namespace {

/* Compilers keep local variables from some size on in static memory, unless their procedure may be recursive. */
constexpr size_t LARGE = 32 * 1024;

/* Program units and procedures: where they begin and end, and where text can be put into them. */
struct Unit {
    int number = 0;
    int parent = -1;
    std::string kind, key, marks;
    parser::CharBlock begin, end;
    const char *name = nullptr, *nameEnd = nullptr;
    bool arguments = false;
    const char *declarations = nullptr; /* the last character of the last USE, IMPORT or IMPLICIT, or of the first statement */
    const char *specification = nullptr; /* the last character of the last statement that is not executable */
};

class Teller {
public:
    Teller(Facts &facts, const semantics::SemanticsContext &context) : facts_(facts), context_(context) {}

    template <typename A> bool Pre(const A &) { return true; }
    template <typename A> void Post(const A &) {}

    template <typename A> bool Pre(const parser::Statement<A> &statement) { return begin(statement.source); }
    template <typename A> bool Pre(const parser::UnlabeledStatement<A> &statement) { return begin(statement.source); }

    /* ---- Program units ---- */

    bool Pre(const parser::Module &x) {
        const auto &head = std::get<parser::Statement<parser::ModuleStmt>>(x.t);
        return unit("module", head.source, std::get<parser::Statement<parser::EndModuleStmt>>(x.t).source, head.statement.v);
    }
    void Post(const parser::Module &) { leave(); }
    bool Pre(const parser::Submodule &x) {
        const auto &head = std::get<parser::Statement<parser::SubmoduleStmt>>(x.t);
        return unit("submodule", head.source, std::get<parser::Statement<parser::EndSubmoduleStmt>>(x.t).source,
            std::get<parser::Name>(head.statement.t));
    }
    void Post(const parser::Submodule &) { leave(); }
    bool Pre(const parser::BlockData &x) {
        const auto &head = std::get<parser::Statement<parser::BlockDataStmt>>(x.t);
        return bare("blockdata", head.source, std::get<parser::Statement<parser::EndBlockDataStmt>>(x.t).source, head.source, nullptr);
    }
    void Post(const parser::BlockData &) { leave(); }
    bool Pre(const parser::MainProgram &x) {
        const auto &head = std::get<std::optional<parser::Statement<parser::ProgramStmt>>>(x.t);
        const auto &last = std::get<parser::Statement<parser::EndProgramStmt>>(x.t).source;
        if (head) return bare("main", head->source, last, head->source, &head->statement.v);
        return bare("main", parser::CharBlock{}, last, last, nullptr);
    }
    void Post(const parser::MainProgram &) { leave(); }
    bool Pre(const parser::SubroutineSubprogram &x) {
        return subroutine(std::get<parser::Statement<parser::SubroutineStmt>>(x.t),
            std::get<parser::Statement<parser::EndSubroutineStmt>>(x.t).source, "procedure");
    }
    void Post(const parser::SubroutineSubprogram &) { leave(); }
    bool Pre(const parser::FunctionSubprogram &x) {
        return function(std::get<parser::Statement<parser::FunctionStmt>>(x.t),
            std::get<parser::Statement<parser::EndFunctionStmt>>(x.t).source, "procedure");
    }
    void Post(const parser::FunctionSubprogram &) { leave(); }
    bool Pre(const parser::SeparateModuleSubprogram &x) {
        const auto &head = std::get<parser::Statement<parser::MpSubprogramStmt>>(x.t);
        return unit("separate", head.source, std::get<parser::Statement<parser::EndMpSubprogramStmt>>(x.t).source, head.statement.v);
    }
    void Post(const parser::SeparateModuleSubprogram &) { leave(); }
    bool Pre(const parser::InterfaceBody::Subroutine &x) {
        return subroutine(std::get<parser::Statement<parser::SubroutineStmt>>(x.t),
            std::get<parser::Statement<parser::EndSubroutineStmt>>(x.t).source, "interface");
    }
    void Post(const parser::InterfaceBody::Subroutine &) { leave(); }
    bool Pre(const parser::InterfaceBody::Function &x) {
        return function(std::get<parser::Statement<parser::FunctionStmt>>(x.t),
            std::get<parser::Statement<parser::EndFunctionStmt>>(x.t).source, "interface");
    }
    void Post(const parser::InterfaceBody::Function &) { leave(); }

    bool Pre(const parser::SpecificationPart &) {
        specifications_.push_back(units_.size());
        return enter("specification");
    }
    void Post(const parser::SpecificationPart &) {
        specifications_.pop_back();
        exit();
    }
    bool Pre(const parser::ExecutionPart &) { return enter("reference"); }
    void Post(const parser::ExecutionPart &) { exit(); }
    bool Pre(const parser::OpenMPDeclarativeConstruct &x) {
        specified(x.source);
        return enter("openmp");
    }
    void Post(const parser::OpenMPDeclarativeConstruct &) { exit(); }
    bool Pre(const parser::EntryStmt &) {
        mark("entry");
        return enter("header");
    }
    void Post(const parser::EntryStmt &) { exit(); }

    /* ---- Statements that are lists of names ---- */

    bool Pre(const parser::UseStmt &x) {
        declared();
        if (const auto *only = std::get_if<std::list<parser::Only>>(&x.u)) {
            list("only", [&] {
                for (const parser::Only &item : *only) {
                    std::visit(common::visitors{
                        [&](const common::Indirection<parser::GenericSpec> &generic) { nameOrOther(generic.value()); },
                        [&](const parser::Name &name) { meaning(name, name); },
                        [&](const parser::Rename &rename) { renamed(rename); }}, item.u);
                }
            }, x.moduleName);
        } else {
            list("rename", [&] {
                for (const parser::Rename &rename : std::get<std::list<parser::Rename>>(x.u)) renamed(rename);
            }, x.moduleName);
        }
        return false;
    }
    bool Pre(const parser::ImportStmt &) {
        declared();
        return enter("import");
    }
    void Post(const parser::ImportStmt &) { exit(); }
    bool Pre(const parser::ImplicitStmt &) {
        declared();
        return true;
    }
    bool Pre(const parser::TypeDeclarationStmt &x) {
        list("type", [&] {
            for (const auto &entity : std::get<std::list<parser::EntityDecl>>(x.t)) {
                const auto &name = std::get<parser::ObjectName>(entity.t);
                meaning(name, name);
            }
        });
        return true;
    }
    bool Pre(const parser::EntityDecl &x) {
        named(std::get<parser::ObjectName>(x.t), "declaration");
        parser::Walk(std::get<std::optional<parser::ArraySpec>>(x.t), *this);
        parser::Walk(std::get<std::optional<parser::CharLength>>(x.t), *this);
        enter("initial");
        parser::Walk(std::get<std::optional<parser::Initialization>>(x.t), *this);
        exit();
        return false;
    }
    bool Pre(const parser::ObjectDecl &x) {
        named(std::get<parser::ObjectName>(x.t), "declaration");
        parser::Walk(std::get<std::optional<parser::ArraySpec>>(x.t), *this);
        return false;
    }
    bool Pre(const parser::AllocatableStmt &x) { return objects(x.v); }
    bool Pre(const parser::TargetStmt &x) { return objects(x.v); }
    bool Pre(const parser::ContiguousStmt &x) { return names(x.v); }
    bool Pre(const parser::ProtectedStmt &x) { return names(x.v); }
    bool Pre(const parser::ExternalStmt &x) { return names(x.v); }
    bool Pre(const parser::IntrinsicStmt &) { return false; }
    bool Pre(const parser::PointerStmt &x) {
        list("attribute", [&] {
            for (const auto &pointer : x.v) meaning(std::get<parser::Name>(pointer.t), std::get<parser::Name>(pointer.t));
        });
        return enter("declaration");
    }
    void Post(const parser::PointerStmt &) { exit(); }
    bool Pre(const parser::DimensionStmt &x) {
        list("attribute", [&] {
            for (const auto &array : x.v) meaning(std::get<parser::Name>(array.t), std::get<parser::Name>(array.t));
        });
        for (const auto &array : x.v) {
            named(std::get<parser::Name>(array.t), "declaration");
            parser::Walk(std::get<parser::ArraySpec>(array.t), *this);
        }
        return false;
    }
    bool Pre(const parser::SaveStmt &x) {
        if (x.v.empty()) return false;
        list("save", [&] {
            for (const auto &entity : x.v) {
                const auto &name = std::get<parser::Name>(entity.t);
                bool block = std::get<parser::SavedEntity::Kind>(entity.t) == parser::SavedEntity::Kind::Common;
                if (block) item(name.source, "/" + name.ToString());
                else meaning(name, name);
            }
        });
        for (const auto &entity : x.v) {
            if (std::get<parser::SavedEntity::Kind>(entity.t) == parser::SavedEntity::Kind::Entity) {
                named(std::get<parser::Name>(entity.t), "declaration");
            }
        }
        return false;
    }
    bool Pre(const parser::AccessStmt &x) {
        const auto &ids = std::get<std::list<parser::AccessId>>(x.t);
        if (ids.empty()) return false;
        list("access", [&] {
            for (const auto &id : ids) nameOrOther(id.v.value());
        });
        return false;
    }
    bool Pre(const parser::CommonStmt &x) {
        list("common", [&] {
            for (const auto &block : x.blocks) {
                const auto &name = std::get<std::optional<parser::Name>>(block.t);
                for (const auto &object : std::get<std::list<parser::CommonBlockObject>>(block.t)) {
                    const auto &member = std::get<parser::Name>(object.t);
                    item(member.source, "/" + (name ? name->ToString() : ""));
                }
            }
        });
        for (const auto &block : x.blocks) {
            for (const auto &object : std::get<std::list<parser::CommonBlockObject>>(block.t)) {
                named(std::get<parser::Name>(object.t), "common");
                parser::Walk(std::get<std::optional<parser::ArraySpec>>(object.t), *this);
            }
        }
        return false;
    }
    bool Pre(const parser::DataStmt &) {
        list("data", [] {});
        return enter("data");
    }
    void Post(const parser::DataStmt &) { exit(); }

    /* ---- Names that are more than references ---- */

    template <typename V, typename B> bool Pre(const parser::LoopBounds<V, B> &x) {
        enter("loop");
        parser::Walk(x.name, *this);
        exit();
        parser::Walk(x.lower, *this);
        parser::Walk(x.upper, *this);
        parser::Walk(x.step, *this);
        return false;
    }
    bool Pre(const parser::Call &x) {
        const auto &designator = std::get<parser::ProcedureDesignator>(x.t);
        const auto &arguments = std::get<std::list<parser::ActualArgSpec>>(x.t);
        if (const auto *name = std::get_if<parser::Name>(&designator.u)) {
            const char *next = name->source.end();
            while (*next == ' ') next++;
            if (name->symbol) {
                facts_.line({"call", facts_.place(name->source.begin()), facts_.end(name->source), *next == '(' ? facts_.end(parser::CharBlock{next, 1}) : "-",
                    arguments.empty() ? "0" : "1", facts_.symbol(*name->symbol), std::to_string(current())});
            }
            named(*name, "call");
        } else {
            parser::Walk(designator, *this);
        }
        parser::Walk(arguments, *this);
        return false;
    }
    bool Pre(const parser::NamelistStmt &) { return enter("namelist"); }
    void Post(const parser::NamelistStmt &) { exit(); }
    bool Pre(const parser::EquivalenceStmt &) { return enter("equivalence"); }
    void Post(const parser::EquivalenceStmt &) { exit(); }
    bool Pre(const parser::OmpObjectList &) { return enter("openmp"); }
    void Post(const parser::OmpObjectList &) { exit(); }
    bool Pre(const parser::LocalitySpec &) { return enter("locality"); }
    void Post(const parser::LocalitySpec &) { exit(); }
    bool Pre(const parser::AssignStmt &) { return enter("assign"); }
    void Post(const parser::AssignStmt &) { exit(); }
    bool Pre(const parser::BasedPointerStmt &) { return enter("pointer"); }
    void Post(const parser::BasedPointerStmt &) { exit(); }
    bool Pre(const parser::ProcedureStmt &) { return enter("specific"); }
    void Post(const parser::ProcedureStmt &) { exit(); }
    bool Pre(const parser::SubroutineStmt &) { return enter("header"); }
    void Post(const parser::SubroutineStmt &) { exit(); }
    bool Pre(const parser::FunctionStmt &) { return enter("header"); }
    void Post(const parser::FunctionStmt &) { exit(); }
    bool Pre(const parser::EndSubroutineStmt &) { return false; }
    bool Pre(const parser::EndFunctionStmt &) { return false; }
    bool Pre(const parser::EndModuleStmt &) { return false; }
    bool Pre(const parser::EndProgramStmt &) { return false; }
    bool Pre(const parser::ModuleStmt &) { return false; }
    bool Pre(const parser::ProgramStmt &) { return false; }

    void Post(const parser::Name &name) { named(name, contexts_.empty() ? "specification" : contexts_.back()); }

private:
    bool enter(const char *context) {
        contexts_.push_back(context);
        return true;
    }
    void exit() { contexts_.pop_back(); }
    int current() const { return units_.empty() ? -1 : units_.back().number; }
    void mark(const char *word) {
        std::string &marks = units_.back().marks;
        marks += (marks.empty() ? "" : ",") + std::string(word);
    }

    bool begin(parser::CharBlock source) {
        statement_ = source;
        if (!units_.empty() && units_.back().begin.empty()) units_.back().begin = source; /* a main program without a PROGRAM */
        specified(source);
        return true;
    }

    /* Only what belongs to the unit itself: an interface in it has a specification of its own. */
    void specified(parser::CharBlock source) {
        if (!specifications_.empty() && specifications_.back() == units_.size() && !units_.empty()) {
            if (Unit *unit = outer()) unit->specification = source.end() - 1;
        }
    }
    Unit *outer() {
        for (size_t i = units_.size(); i-- > 0;) {
            if (units_[i].kind != "interface") return &units_[i];
        }
        return nullptr;
    }
    void declared() {
        if (!units_.empty()) units_.back().declarations = statement_.end() - 1;
    }

    void named(const parser::Name &name, const char *context) {
        if (!name.symbol) return;
        facts_.line({"name", facts_.place(name.source.begin()), facts_.end(name.source), context, facts_.symbol(*name.symbol), std::to_string(current())});
    }

    std::string items_;
    void item(parser::CharBlock text, const std::string &what) {
        items_ += (items_.empty() ? "" : " ") + facts_.place(text.begin()) + "=" + what;
    }
    void meaning(const parser::Name &shown, const parser::Name &meant) {
        item(shown.source, meant.symbol ? facts_.symbol(*meant.symbol) : shown.symbol ? facts_.symbol(*shown.symbol) : "");
    }
    void renamed(const parser::Rename &rename) {
        std::visit(common::visitors{
            [&](const parser::Rename::Names &both) { meaning(std::get<0>(both.t), std::get<1>(both.t)); },
            [&](const parser::Rename::Operators &both) { item(std::get<0>(both.t).v.source, ""); }}, rename.u);
    }
    void nameOrOther(const parser::GenericSpec &generic) {
        if (const auto *name = std::get_if<parser::Name>(&generic.u)) meaning(*name, *name);
        else item(generic.source, "");
    }
    template <typename F> void list(const char *kind, F fill, std::optional<parser::Name> module = std::nullopt) {
        parser::CharBlock text = statement_;
        items_.clear();
        fill();
        facts_.line({"list", kind, facts_.place(text.begin()), facts_.end(text), items_, std::to_string(current()),
            module ? module->ToString() : "", module ? facts_.end(module->source) : ""});
    }
    bool objects(const std::list<parser::ObjectDecl> &declarations) {
        list("attribute", [&] {
            for (const auto &object : declarations) {
                meaning(std::get<parser::ObjectName>(object.t), std::get<parser::ObjectName>(object.t));
            }
        });
        return true;
    }
    bool names(const std::list<parser::Name> &all) {
        list("attribute", [&] { for (const auto &name : all) meaning(name, name); });
        for (const auto &name : all) named(name, "declaration");
        return false;
    }

    bool bare(const char *kind, parser::CharBlock head, parser::CharBlock last, parser::CharBlock inside, const parser::Name *name) {
        Unit unit;
        unit.number = count_++;
        unit.parent = current();
        unit.kind = kind;
        unit.begin = head;
        unit.end = last;
        if (name) {
            unit.name = name->source.begin();
            unit.nameEnd = name->source.end();
            unit.key = "/" + name->ToString();
        }
        if (!head.empty()) unit.declarations = unit.specification = head.end() - 1;
        note(context_.FindScope(inside), unit);
        units_.push_back(unit);
        return true;
    }

    bool unit(const char *kind, parser::CharBlock head, parser::CharBlock last, const parser::Name &name) {
        bare(kind, head, last, name.source, nullptr);
        Unit &added = units_.back();
        added.name = name.source.begin();
        added.nameEnd = name.source.end();
        if (name.symbol) {
            added.key = facts_.symbol(*name.symbol);
            if (const semantics::Scope *scope = name.symbol->scope()) note(*scope, added);
        }
        return true;
    }

    template <typename S> void prefixes(const S &head) {
        for (const auto &prefix : std::get<std::list<parser::PrefixSpec>>(head.t)) {
            std::visit(common::visitors{
                [&](const parser::PrefixSpec::Recursive &) { mark("recursive"); },
                [&](const parser::PrefixSpec::Pure &) { mark("pure"); },
                [&](const parser::PrefixSpec::Elemental &) { mark("elemental"); },
                [&](const parser::PrefixSpec::Impure &) { mark("impure"); },
                [&](const parser::PrefixSpec::Module &) { mark("module"); },
                [&](const auto &) {}}, prefix.u);
        }
    }
    bool subroutine(const parser::Statement<parser::SubroutineStmt> &head, parser::CharBlock last, const char *kind) {
        unit(kind, head.source, last, std::get<parser::Name>(head.statement.t));
        units_.back().arguments = !std::get<std::list<parser::DummyArg>>(head.statement.t).empty();
        if (std::get<std::optional<parser::LanguageBindingSpec>>(head.statement.t)) mark("bind");
        prefixes(head.statement);
        return true;
    }
    bool function(const parser::Statement<parser::FunctionStmt> &head, parser::CharBlock last, const char *kind) {
        unit(kind, head.source, last, std::get<parser::Name>(head.statement.t));
        units_.back().arguments = !std::get<std::list<parser::Name>>(head.statement.t).empty();
        const auto &suffix = std::get<std::optional<parser::Suffix>>(head.statement.t);
        if (suffix && suffix->binding) mark("bind");
        prefixes(head.statement);
        return true;
    }

    /* Whether local variables would be static for their size, or for being equivalent. */
    void note(const semantics::Scope &scope, Unit &unit) {
        for (const auto &[name, reference] : scope) {
            const semantics::Symbol &symbol = *reference;
            if (!symbol.has<semantics::ObjectEntityDetails>() || semantics::IsDummy(symbol) || semantics::IsSaved(symbol)) continue;
            if (symbol.size() >= LARGE || semantics::FindEquivalenceSet(symbol)) {
                unit.marks = "large";
                return;
            }
        }
    }

    void leave() {
        const Unit &unit = units_.back();
        const char *next = unit.nameEnd;
        while (next && *next == ' ') next++;
        bool open = next && *next == '(';
        facts_.line({"unit", std::to_string(unit.number), std::to_string(unit.parent), unit.kind, unit.key, unit.marks,
            unit.begin.empty() ? "-" : facts_.place(unit.begin.begin()), unit.begin.empty() ? "-" : facts_.end(unit.begin),
            facts_.place(unit.end.begin()), facts_.end(unit.end),
            unit.name ? facts_.place(unit.name) : "-", unit.nameEnd ? facts_.end(parser::CharBlock{unit.name, static_cast<size_t>(unit.nameEnd - unit.name)}) : "-",
            open ? facts_.end(parser::CharBlock{next, 1}) : "-", unit.arguments ? "1" : "0",
            unit.declarations ? facts_.placeInSource(unit.declarations) : "-",
            unit.specification ? facts_.placeInSource(unit.specification) : "-"});
        units_.pop_back();
    }

    Facts &facts_;
    const semantics::SemanticsContext &context_;
    std::vector<Unit> units_;
    std::vector<size_t> specifications_;
    std::vector<const char *> contexts_;
    parser::CharBlock statement_;
    int count_ = 0;
};

}

void tellSource(Facts &facts, const parser::Program &program, const semantics::SemanticsContext &context) {
    Teller teller{facts, context};
    parser::Walk(program, teller);
}
