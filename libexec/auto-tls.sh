# The compiler plugin behind --privatize=auto-tls. Sourced by `compiler`, with `home` and common.sh.

# Sets plugin to the plugin for the GCC that $1 (a command, perhaps with options) is, and builds it on first use: a plugin
# goes with the very compiler that it was built for.
find_plugin() {
    sources=$home/plugin/auto-tls
    # shellcheck disable=SC2086
    $1 -dM -E -x c /dev/null 2> /dev/null | grep -q -e __clang__ -e __INTEL_COMPILER \
        && refuse "--privatize=auto-tls is a plugin of GCC, which $1 is not; use gcc, g++ and gfortran"
    # shellcheck disable=SC2086
    version=$($1 -dumpfullversion 2> /dev/null) folder=$($1 -print-file-name=plugin 2> /dev/null)
    major=${version%%.*}
    [ -n "$major" ] || refuse "--privatize=auto-tls is a plugin of GCC, which $1 is not; use gcc, g++ and gfortran"
    [ -f "$folder/include/gcc-plugin.h" ] \
        || refuse "--privatize=auto-tls needs the headers for plugins of GCC $version; install them (apt install gcc-$major-plugin-dev)"
    name=$version-$(printf '%s' "$folder" | cksum | cut -d' ' -f1)
    if mkdir -p "$home/target/auto-tls" 2> /dev/null && [ -w "$home/target/auto-tls" ]; then
        plugin=$home/target/auto-tls/$name/auto_tls.so
    else
        plugin=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/flotilla/auto-tls/$name/auto_tls.so
    fi
    for source in "$sources"/*; do
        [ -f "$plugin" ] && [ ! "$source" -nt "$plugin" ] || { build_plugin && return; }
    done
}

# A C++ compiler of the same version.
matching_cxx() {
    for candidate in "${FLOTILLA_CXX-}" "g++-$major" g++; do
        # shellcheck disable=SC2086
        [ -n "$candidate" ] && [ "$($candidate -dumpfullversion 2> /dev/null)" = "$version" ] && echo "$candidate" && return
    done
}

build_plugin() {
    cxx=$(matching_cxx)
    [ -n "$cxx" ] || refuse "--privatize=auto-tls needs g++ $version to build its plugin; install it (apt install g++-$major)"
    mkdir -p "${plugin%/*}" 2> /dev/null || refuse "the plugin for --privatize=auto-tls can't be built: ${plugin%/*} is not writable; set XDG_CACHE_HOME to a folder that is"
    # Built beside and renamed: other compilations may do the same.
    temporary=$(mktemp -d "${plugin%/*}/build.XXXXXX") || exit 1
    # shellcheck disable=SC2064
    trap "rm -rf '$temporary'" EXIT
    trap 'exit 1' HUP INT TERM
    # GCC's headers bring what a program for it must not be warned of, and its rules for messages are not ours.
    # shellcheck disable=SC2086
    if ! $cxx -std=gnu++17 -O1 -fPIC -fno-rtti -fno-exceptions -Wall -Wextra -Werror -Wno-format-diag -shared \
        -isystem "$folder/include" "$sources"/*.cc -o "$temporary/auto_tls.so" > "$temporary/log" 2>&1; then
        cat "$temporary/log" >&2
        refuse "the plugin for --privatize=auto-tls does not compile for GCC $version (see above); use GCC 12"
    fi
    mv -f "$temporary/auto_tls.so" "$plugin"
    rm -rf "$temporary"
    trap - EXIT HUP INT TERM
}
