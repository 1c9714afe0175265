package flotilla.image;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Tells what a program's author has written, the program and its own shared objects, from what system and compilers bring. */
final class OwnImages {
    private static final List<Path> SYSTEM = List.of(Path.of("/lib"), Path.of("/lib64"), Path.of("/usr/lib"), Path.of("/usr/lib64"));
    /** Libraries of languages, wherever a compiler is installed. */
    private static final Pattern LANGUAGE = Pattern.compile(
            "lib(stdc\\+\\+|c\\+\\+|c\\+\\+abi|gcc_s|gfortran|quadmath|gomp|omp|iomp5|itm|atomic|ubsan|gcov|unwind|mpichcxx|mpicxx)\\.so.*");

    static boolean contains(Image image, Image program) {
        return image == program || SYSTEM.stream().noneMatch(image.path::startsWith) && !LANGUAGE.matcher(image.shortName()).matches();
    }

    private OwnImages() {}
}
