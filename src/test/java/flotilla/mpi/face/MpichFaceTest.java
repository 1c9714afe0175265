package flotilla.mpi.face;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.MpichAbi;
import flotilla.abi.StandardAbi;
import flotilla.mpi.error.ErrorClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The numbers of MPICH's ABI, against the header that is installed. */
class MpichFaceTest {
    private static final Path HEADER = Path.of("/usr/include/x86_64-linux-gnu/mpich/mpi.h");
    private static final Face FACE = MpichFace.INSTANCE;

    private static String header() throws IOException {
        Assumptions.assumeTrue(Files.exists(HEADER), "MPICH's mpi.h is not installed (apt install libmpich-dev)");
        return Files.readString(HEADER);
    }

    private static int standard(String name) throws ReflectiveOperationException {
        return StandardAbi.class.getField(name.startsWith("2") ? "TWO_" + name.substring(1) : name).getInt(null);
    }

    @Test
    void everyPredefinedHandleOfTheHeaderIsKnown() throws Exception {
        Matcher define = Pattern.compile(
                "#define MPI_(\\w+)\\s+\\(?\\(MPI_(Comm|Datatype|Op|Group|Errhandler|Info|Message|Request|Win|Session)\\)\\(?(0x[0-9a-f]+)\\)").matcher(header());
        int found = 0;
        while (define.find()) {
            HandleKind kind = switch (define.group(2)) {
                case "Win" -> HandleKind.WINDOW;
                default -> HandleKind.valueOf(define.group(2).toUpperCase());
            };
            String name = define.group(1).equals("LONG_LONG_INT") ? "LONG_LONG" : define.group(1);
            int raw = Integer.parseUnsignedInt(define.group(3).substring(2), 16);
            int handle = standard(name);
            assertThat(FACE.handle(kind, raw)).as(name).isEqualTo(handle);
            assertThat((int) FACE.raw(kind, handle)).as(name).isEqualTo(raw);
            found++;
        }
        assertThat(found).isGreaterThan(90);
    }

    @Test
    void everyErrorClassOfTheHeaderIsKnown() throws Exception {
        Matcher define = Pattern.compile("#define MPI_ERR_(\\w+)\\s+(\\d+)\\s").matcher(header());
        int found = 0;
        while (define.find()) {
            int raw = Integer.parseInt(define.group(2));
            int expected = ErrorClass.class.getField(define.group(1)).getInt(null);
            assertThat(FACE.errorClass(raw)).as(define.group(1)).isEqualTo(expected);
            assertThat(FACE.errorCode(expected)).as(define.group(1)).isEqualTo(raw);
            found++;
        }
        assertThat(found).isGreaterThan(50);
    }

    @Test
    void everyCombinerOfTheHeaderComesFromACanonicalOne() throws Exception {
        Matcher define = Pattern.compile("MPI_(COMBINER_\\w+)\\s*= (\\d+)").matcher(header());
        while (define.find()) {
            if (!define.group(1).endsWith("_INTEGER") || define.group(1).contains("F90")) {
                assertThat(FACE.rawCombiner(standard(define.group(1)))).isEqualTo(Integer.parseInt(define.group(2)));
            }
        }
    }

    @Test
    void predefinedKeyvalsAreKnownFromCAndFromFortran() {
        assertThat(FACE.handle(HandleKind.KEYVAL, MpichAbi.TAG_UB)).isEqualTo(StandardAbi.TAG_UB);
        assertThat(FACE.handle(HandleKind.KEYVAL, MpichAbi.TAG_UB + MpichAbi.FORTRAN_KEYVAL)).isEqualTo(StandardAbi.TAG_UB);
        assertThat(FACE.handle(HandleKind.KEYVAL, MpichAbi.UNIVERSE_SIZE)).isEqualTo(StandardAbi.UNIVERSE_SIZE);
        assertThat(FACE.handle(HandleKind.KEYVAL, MpichAbi.WIN_BASE)).isEqualTo(StandardAbi.WIN_BASE);
        assertThat(FACE.handle(HandleKind.KEYVAL, 12345)).isEqualTo(Face.INVALID);
    }

    @Test
    void pairTypesAreNotDynamicTypes() {
        assertThat(FACE.handle(HandleKind.DATATYPE, MpichAbi.FLOAT_INT)).isEqualTo(StandardAbi.FLOAT_INT);
        assertThat(FACE.raw(HandleKind.DATATYPE, Face.FIRST_DYNAMIC)).isNotEqualTo(MpichAbi.FLOAT_INT);
    }

    @Test
    void garbageIsNoHandle() {
        for (HandleKind kind : HandleKind.values()) {
            assertThat(FACE.handle(kind, 0x12345678)).as(kind.name()).isEqualTo(Face.INVALID);
            assertThat(FACE.handle(kind, -1)).as(kind.name()).isEqualTo(Face.INVALID);
        }
    }

    @Test
    void sentinelsAreRecognized() {
        assertThat(FACE.buffer(-1)).isEqualTo(Face.IN_PLACE);
        assertThat(FACE.buffer(0)).isZero();
        assertThat(FACE.status(1)).isZero();
        assertThat(FACE.weights(10)).isEqualTo(Face.UNWEIGHTED);
        assertThat(StandardFace.INSTANCE.buffer(1)).isEqualTo(Face.IN_PLACE);
        assertThat(StandardFace.INSTANCE.buffer(4096)).isEqualTo(4096);
    }
}
