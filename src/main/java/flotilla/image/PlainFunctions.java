package flotilla.image;

import java.util.Set;

/**
 * The host functions that get plain gates: those that use neither thread-local storage (errno and the locale are there)
 * nor a lock, and so run as well under the guest's FS base. The setjmp and context families must be here: a call gate
 * would put its own return address into what they save.
 */
final class PlainFunctions {
    private static final Set<String> NAMES = Set.of("""
            memcpy memmove memset memcmp memchr memrchr rawmemchr mempcpy __mempcpy memccpy memmem memfrob
            bcopy bzero bcmp explicit_bzero swab __memcmpeq
            __memcpy_chk __memmove_chk __memset_chk __mempcpy_chk __explicit_bzero_chk
            strlen strnlen strcpy strncpy strcat strncat strcmp strncmp strchr strrchr strchrnul strstr
            strspn strcspn strpbrk stpcpy __stpcpy stpncpy __stpncpy strsep __strsep strtok_r __strtok_r index rindex
            strlcpy strlcat __rawmemchr
            __strcpy_chk __strncpy_chk __strcat_chk __strncat_chk __stpcpy_chk __stpncpy_chk
            __strlcpy_chk __strlcat_chk
            wcslen wcsnlen wcscpy wcsncpy wcscat wcsncat wcscmp wcsncmp wcschr wcsrchr wcschrnul wcsstr wcsspn
            wcscspn wcspbrk wcpcpy wcpncpy wmemcpy wmemmove wmemset wmemcmp wmemchr wmempcpy
            __wmemcpy_chk __wmemmove_chk __wmemset_chk __wmempcpy_chk __wcscpy_chk __wcsncpy_chk __wcscat_chk
            __wcsncat_chk __wcpcpy_chk
            ffs ffsl ffsll abs labs llabs imaxabs div ldiv lldiv imaxdiv
            htonl htons ntohl ntohs rand_r basename dirname __xpg_basename insque remque
            setjmp _setjmp __sigsetjmp sigsetjmp longjmp _longjmp siglongjmp __longjmp_chk
            getcontext setcontext swapcontext makecontext
            """.split("\\s+"));

    static boolean contains(String name) {
        return NAMES.contains(name);
    }

    private PlainFunctions() {}
}
