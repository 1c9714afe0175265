/*
 * What is told of a program, a line each, fields separated by tabs (flotilla.refactor.fortran reads them). A place is
 * FILE:OFFSET, by the number of the file and the byte in its text. A symbol is named by the scopes that it is in: /mesh/step/calls.
 */
#ifndef FORTRAN_FACTS_H
#define FORTRAN_FACTS_H

#include "flang/Parser/parsing.h"
#include "flang/Semantics/scope.h"
#include "flang/Semantics/semantics.h"
#include "flang/Semantics/symbol.h"

#include <map>
#include <set>
#include <string>

class Facts {
public:
    explicit Facts(Fortran::parser::AllCookedSources &sources) : sources_(sources) {}

    /* A line; fields may contain anything but are written without tabs and line ends. */
    void line(std::initializer_list<std::string> fields);

    /* The place of a character of the program as the parser has it; "-" when it comes from nowhere. */
    std::string place(const char *character);
    /* The same, but of the directive in the source itself when the character is in an included file. */
    std::string placeInSource(const char *character);
    std::string end(Fortran::parser::CharBlock text);

    /* The name of a symbol, which is told of when it is met first. */
    std::string symbol(const Fortran::semantics::Symbol &symbol);

private:
    std::string placeOf(const char *character, bool inSource);
    std::string scope(const Fortran::semantics::Scope &scope);
    void tell(const Fortran::semantics::Symbol &symbol, const std::string &key);

    Fortran::parser::AllCookedSources &sources_;
    std::map<std::string, int> files_;
    std::set<const Fortran::semantics::Symbol *> told_;
};

/* Tells of one source, whose names have been resolved. */
void tellSource(Facts &facts, const Fortran::parser::Program &program, const Fortran::semantics::SemanticsContext &context);

#endif
