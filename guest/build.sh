#!/bin/sh
# build.sh GENERATED OUT: compiles what runs inside a rank, and the library that programs link with.
#
#   OUT/libflotilla-guest-standard.so   the guest library for programs built with Flotilla's mpi.h
#   OUT/libflotilla-guest-mpich.so      the same for programs built with MPICH or one of its family
#   OUT/libflotilla-host.so             the switch and the fault handler, loaded by the JVM
#   OUT/libmpi_abi.so.0                 what programs are linked with (also libmpi_abi.so, libmpi.so)
#
# Needs a C compiler (CC, default gcc) and nothing else; compiles only what is out of date, on all cores.
set -eu
guest=$(cd "$(dirname "$0")" && pwd)
generated=$1
out=$2
cc=${CC:-gcc}
objects=$out/objects
mkdir -p "$objects"

common="-std=gnu17 -D_GNU_SOURCE= -O2 -g -fPIC -fvisibility=hidden -Wall -Wextra -Werror -I$guest/include -I$generated/guest -I$generated/include"

# The guest library is loaded by our own loader, into a thread whose FS base may be the guest's: nothing in it may use
# the stack protector's canary, thread-local storage, or relocations that only ld.so applies. Its malloc must not be
# recognized as one and turned into a call of itself.
inside="$common -fno-stack-protector -fno-builtin-malloc -fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free \
 -fno-builtin-printf -fno-builtin-fprintf -fno-builtin-puts -fno-builtin-fputs -fcf-protection=none \
 -fno-semantic-interposition -fexceptions -U_FORTIFY_SOURCE -I$guest/runtime -I$guest/libc -I$guest/mpi"

# compile_later SOURCE OBJECT FLAGS: into the list of compilations, when the object is older than anything it was made of.
compile_later() {
    source=$1 object=$2 flags=$3
    names="$names $object"
    if [ -f "$object" ] && [ -f "$object.d" ] && [ ! "$0" -nt "$object" ]; then
        # Lines of the compiler's dependency file: "object: a b \", " c d".
        current=yes
        while read -r line; do
            for file in ${line%\\}; do
                case $file in
                *:) ;;
                *) if [ ! -f "$file" ] || [ "$file" -nt "$object" ]; then current=no; fi ;;
                esac
            done
        done < "$object.d"
        [ "$current" = yes ] && return 0
    fi
    mkdir -p "${object%/*}"
    printf '%s\n' "$cc $flags -MMD -MF $object.d -c $source -o $object" >> "$objects/commands"
}

sources() {
    find "$@" \( -name '*.c' -o -name '*.S' \) 2> /dev/null | LC_ALL=C sort
}

: > "$objects/commands"
names=
for source in $(sources "$guest/arch" "$guest/runtime" "$guest/libc"); do
    flags=$inside
    case $source in
    # Unwinding does not unlock streams: that would take a personality routine of the program's.
    */stdio/*) flags="$inside -fno-exceptions" ;;
    esac
    compile_later "$source" "$objects/${source#"$guest"/}.o" "$flags"
done
shared=$names
for face in standard mpich; do
    names=
    define=
    [ "$face" = mpich ] && define=-DFLOTILLA_FACE_MPICH
    for source in $(sources "$guest/mpi"); do
        compile_later "$source" "$objects/$face/${source#"$guest"/}.o" "$inside $define"
    done
    for source in "$generated/guest/mpi_entry_$face.c" "$generated/guest/mpi_fortran_$face.c"; do
        compile_later "$source" "$objects/$face/${source##*/}.o" "$inside $define"
    done
    case $face in
    standard) standard=$names ;;
    mpich) mpich=$names ;;
    esac
done
names=
for source in $(sources "$guest/host"); do
    flags="$common -fno-stack-protector"
    case $source in
    # Loops over vectors: -O2 does not use vector registers for most of them, nor does -O3 for comparisons that could trap.
    # Integers wrap around, and products and sums are rounded each for itself: the same result wherever a rank runs.
    */copies.c | */folds.c) flags="$flags -O3 -fno-trapping-math -fwrapv -ffp-contract=off" ;;
    esac
    compile_later "$source" "$objects/${source#"$guest"/}.o" "$flags"
done
host=$names
names=
for source in $(sources "$guest/link") "$generated/guest/link_entry.c"; do
    compile_later "$source" "$objects/link/${source##*/}.o" "$common -I$guest/link"
done
link=$names

if [ -s "$objects/commands" ]; then
    # No file name here has a space: the lines are commands for sh.
    cores=$(nproc 2> /dev/null || echo 2)
    tr '\n' '\0' < "$objects/commands" | xargs -0 -P "$cores" -n 1 sh -c || {
        echo "guest/build.sh: a C source doesn't compile (see above)" >&2
        exit 1
    }
fi

# link_library NAME OBJECTS FLAGS: when an object is newer than the library.
link_library() {
    library=$out/$1
    current=yes
    [ -f "$library" ] && [ ! "$0" -nt "$library" ] || current=no
    for object in $2; do
        [ "$object" -nt "$library" ] && current=no
    done
    [ "$current" = yes ] && return 0
    # Written beside and renamed: a running job may have the old one mapped.
    # shellcheck disable=SC2086
    $cc -shared -o "$library.new" $2 -Wl,--hash-style=gnu -Wl,-z,noexecstack $3
    mv -f "$library.new" "$library"
}

# Sorted sections: large arrays (.bss.large) come last.
# Undefined symbols are the gates to the host's libc: the loader binds them. No RELRO: it would cost every rank a mapping.
alone="-nostdlib -Wl,-z,norelro -Wl,-z,now -Wl,-Bsymbolic-functions -Wl,--dynamic-list-data -Wl,--dynamic-list=$guest/interposable.list -Wl,--sort-section=name -lgcc"
link_library libflotilla-guest-standard.so "$shared $standard" "-Wl,-soname,libflotilla-guest-standard.so $alone"
link_library libflotilla-guest-mpich.so "$shared $mpich" "-Wl,-soname,libflotilla-guest-mpich.so $alone"
link_library libflotilla-host.so "$host" "-Wl,-soname,libflotilla-host.so -Wl,-z,now"
link_library libmpi_abi.so.0 "$link" "-Wl,-soname,libmpi_abi.so.0"
ln -sf libmpi_abi.so.0 "$out/libmpi_abi.so"
ln -sf libmpi_abi.so.0 "$out/libmpi.so"
# gdb loads what has the name of a library and stands beside it, where its user has declared the folder safe.
ln -sf "$guest/../libexec/gdb/flotilla-gdb.py" "$out/libflotilla-host.so-gdb.py"
: > "$out/.complete"
