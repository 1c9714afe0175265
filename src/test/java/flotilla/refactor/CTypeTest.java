package flotilla.refactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names in declarations, and what is constant. */
final class CTypeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int|int x",
        "const char *|const char *x",
        "char *const|char *const x",
        "int[3]|int x[3]",
        "struct node *[2][3]|struct node *x[2][3]",
        "int (*)(int)|int (*x)(int)",
        "int (*[3])(const void *, const void *)|int (*x[3])(const void *, const void *)",
        "int (*const[2])(int)|int (*const x[2])(int)",
        "int (*)[4]|int (*x)[4]",
        "int (*(*)(int))[3]|int (*(*x)(int))[3]",
        "void (*(*)(void))(int (*)(int))|void (*(*x)(void))(int (*)(int))",
        "bool|_Bool x",
    })
    void nameStandsWhereTheDeclaratorWantsIt(String type, String declaration) {
        assertThat(CType.declare(type, "x")).isEqualTo(declaration);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "const int|true", "int const|true", "const int[3]|true", "const char *|false", "char *const|true", "const char *const[2]|true",
        "char *[2]|false", "int (*)(const int)|false", "int (*const)(int)|true", "int (*const[2])(int)|true", "const int (*)[3]|false",
        "struct s|false", "const struct s|true", "fixed|true", "fixed[4]|true", "fixed *|false", "twice_fixed|true",
        "struct named|false", "named|false",
    })
    void constantIsWhatCannotBeAssigned(String type, boolean constant) {
        var typedefs = Map.of("fixed", "const int", "twice_fixed", "fixed", "named", "struct named");
        assertThat(CType.hasQualifier(type, "const", typedefs::get)).isEqualTo(constant);
    }

    @Test
    void namesOfTypes() {
        assertThat(CType.names("int (*)(struct node *, size_t, const unsigned long)")).containsExactly("struct node", "size_t");
        assertThat(CType.names("_Bool[3]")).isEmpty();
    }

    @Test
    void typesWithoutNameGetOne() {
        String type = "struct (unnamed struct at /a/main.c:7:8)[2]";
        assertThat(CType.isUnnamed(type)).isTrue();
        assertThat(CType.named(type, place -> place.equals("/a/main.c:7:8") ? "pair" : "wrong")).isEqualTo("struct pair[2]");
    }

    @Test
    void arrays() {
        assertThat(CType.isArray("int[3]")).isTrue();
        assertThat(CType.isArray("int (*[3])(int)")).isTrue();
        assertThat(CType.isArray("int (*)[3]")).isFalse();
        assertThat(CType.isIncomplete("char[]")).isTrue();
        assertThat(CType.isIncomplete("char[1]")).isFalse();
    }
}
