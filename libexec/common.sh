# Functions shared by the commands in bin/. Sourced with `home` set to the folder that holds bin/ and libexec/.

# One line on standard error, exit status 2: the form of every message about bad input.
refuse() {
    printf 'flotilla: %s\n' "$1" >&2
    exit 2
}

# Whether folder $1 holds a JDK 25 or later. Reads the `release` file every JDK carries: starting a JVM only to ask would
# cost more than all the rest, and a subshell more than a look.
is_jdk_25() {
    [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            value=${value#\"}
            value=${value%%[!0-9]*}
            [ -n "$value" ] && [ "$value" -ge 25 ]
            return
        fi
    done < "$1/release"
    return 1
}

# Sets java_home to a JDK 25 or later: JAVA_HOME, then the java on PATH, then /usr/lib/jvm.
find_java() {
    if [ -n "${JAVA_HOME-}" ] && is_jdk_25 "$JAVA_HOME"; then
        java_home=$JAVA_HOME
        return 0
    fi
    on_path=$(command -v java 2> /dev/null) && on_path=$(readlink -f -- "$on_path") || on_path=
    if [ -n "$on_path" ] && is_jdk_25 "${on_path%/bin/java}"; then
        java_home=${on_path%/bin/java}
        return 0
    fi
    for candidate in /usr/lib/jvm/*; do
        if is_jdk_25 "$candidate"; then
            java_home=$candidate
            return 0
        fi
    done
    refuse "no JDK 25 or later in JAVA_HOME (${JAVA_HOME:-not set}), on PATH or under /usr/lib/jvm; install one (for instance from https://adoptium.net) or set JAVA_HOME to its folder"
}

is_built() {
    [ -f "$home/target/flotilla.jar" ] && [ -f "$home/target/guest/libmpi_abi.so.0" ] && [ -f "$home/target/guest/.complete" ]
}

# Builds Flotilla where that has not been done. Two commands started at once build once.
ensure_built() {
    is_built && return 0
    find_java
    command -v mvn > /dev/null 2>&1 || refuse "Flotilla is not built yet and mvn is not on PATH; install Maven (apt install maven)"
    command -v "${CC:-gcc}" > /dev/null 2>&1 || refuse "Flotilla is not built yet and ${CC:-gcc} is not on PATH; install a C compiler (apt install gcc)"
    mkdir -p "$home/target" 2> /dev/null || refuse "Flotilla is not built yet and $home is not writable; build it once as a user who may write there"
    exec 9> "$home/target/.build-lock"
    flock 9
    if ! is_built; then
        echo "building Flotilla…" >&2
        if ! (cd "$home" && JAVA_HOME=$java_home mvn -q -B process-classes > target/build.log 2>&1 9>&-); then
            cat "$home/target/build.log" >&2
            printf 'flotilla: the build failed: see the lines above (also in %s)\n' "$home/target/build.log" >&2
            exit 1
        fi
    fi
    exec 9>&-
}
