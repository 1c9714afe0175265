/*
 * Lua: an interpreter per rank that calls MPI through functions of the program, coroutines, errors (which are longjmp)
 * that pass through C frames, and collected garbage.
 *
 * test: package liblua5.4-dev
 * test: pkg-config lua5.4
 * test: ranks 1 4
 * test: flotilla-ranks 64
 * test: stealing
 */
#include "support.h"
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

static int barrier(lua_State *lua)
{
    (void)lua;
    interleave();
    return 0;
}

static int sum(lua_State *lua)
{
    double mine = luaL_checknumber(lua, 1), all;
    MPI_Allreduce(&mine, &all, 1, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
    lua_pushnumber(lua, all);
    return 1;
}

static const char program[] =
    "function primes(n)\n"
    "  return coroutine.wrap(function()\n"
    "    local found = {}\n"
    "    for i = 2, n do\n"
    "      local prime = true\n"
    "      for _, p in ipairs(found) do if i % p == 0 then prime = false break end end\n"
    "      if prime then found[#found + 1] = i coroutine.yield(i) end\n"
    "    end\n"
    "  end)\n"
    "end\n"
    "local last\n"
    "for p in primes(20 + 10 * rank) do last = p if p % 5 == 3 then note = (note or 0) + p end end\n"
    "barrier()\n"
    "local ok, message = pcall(function() barrier_inside() end)\n"
    "assert(not ok and message:find('barrier_inside'))\n"
    "ok, message = pcall(sum, {})\n"
    "assert(not ok and message:find('number expected'))\n"
    "local closed = 0\n"
    "for i = 1, 500 do setmetatable({}, {__gc = function() closed = closed + 1 end}) end\n"
    "barrier()\n"
    "collectgarbage()\n"
    "barrier()\n"
    "assert(closed == 500, closed)\n"
    "local words = {}\n"
    "for word in ('the rank ' .. rank .. ' of some'):gmatch('%w+') do table.insert(words, 1, word) end\n"
    "return string.format('%d %s %s %g', last, note, table.concat(words, ','), sum(rank + 0.5))\n";

int main(int argc, char **argv)
{
    start(&argc, &argv);
    lua_State *lua = luaL_newstate();
    luaL_openlibs(lua);
    interleave();
    lua_pushinteger(lua, check_rank);
    lua_setglobal(lua, "rank");
    lua_register(lua, "barrier", barrier);
    lua_register(lua, "sum", sum);
    if (luaL_dostring(lua, program) != LUA_OK)
        check_failed(__FILE__, __LINE__, "%s", lua_tostring(lua, -1));
    else
        printf("rank %d of %d: %s\n", check_rank, check_size, lua_tostring(lua, -1));
    interleave();
    /* An error of the interpreter with another traceback on each rank. */
    CHECK(luaL_dostring(lua, "error('from rank ' .. rank, 0)") != LUA_OK);
    char expected[40];
    snprintf(expected, sizeof expected, "from rank %d", check_rank);
    CHECK(strcmp(lua_tostring(lua, -1), expected) == 0);
    lua_close(lua);
    return finish("Lua");
}
