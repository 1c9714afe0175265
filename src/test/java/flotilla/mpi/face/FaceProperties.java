package flotilla.mpi.face;

import static org.assertj.core.api.Assertions.assertThat;

import flotilla.abi.StandardAbi;
import flotilla.mpi.error.ErrorClass;
import java.lang.foreign.Arena;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What a face translates comes back unchanged. */
class FaceProperties {
    @Provide
    Arbitrary<Face> faces() {
        return Arbitraries.of(StandardFace.INSTANCE, MpichFace.INSTANCE);
    }

    @Property
    void dynamicHandlesComeBack(@ForAll("faces") Face face, @ForAll HandleKind kind, @ForAll @IntRange(max = 0xffffff) int index) {
        int handle = Face.FIRST_DYNAMIC + index;
        assertThat(face.handle(kind, face.raw(kind, handle))).isEqualTo(handle);
    }

    @Property
    void dynamicHandlesFitAnInt(@ForAll("faces") Face face, @ForAll HandleKind kind, @ForAll @IntRange(max = 0xffffff) int index) {
        long raw = face.raw(kind, Face.FIRST_DYNAMIC + index);
        assertThat((long) (int) raw).isEqualTo(raw);
    }

    @Property
    void handlesOfOtherKindsAreInvalid(@ForAll("faces") Face face, @ForAll HandleKind kind, @ForAll HandleKind other,
            @ForAll @IntRange(max = 0xffffff) int index) {
        boolean same = kind == other
                // To MPICH a message is a request.
                || face == MpichFace.INSTANCE && kind != other && sameInMpich(kind) && sameInMpich(other);
        int found = face.handle(other, face.raw(kind, Face.FIRST_DYNAMIC + index));
        assertThat(found == Face.FIRST_DYNAMIC + index).isEqualTo(same);
    }

    private static boolean sameInMpich(HandleKind kind) {
        return kind == HandleKind.REQUEST || kind == HandleKind.MESSAGE;
    }

    @Property
    void nothingIsAnUnknownPredefinedHandle(@ForAll HandleKind kind, @ForAll int raw) {
        int handle = MpichFace.INSTANCE.handle(kind, raw);
        if (handle != Face.INVALID && handle < Face.FIRST_DYNAMIC) {
            assertThat(handle).isBetween(0, StandardAbi.UNIVERSE_SIZE + 0x400);
        }
    }

    @Property
    void ranksComeBack(@ForAll("faces") Face face, @ForAll @IntRange(min = -4) int rank) {
        if (rank != -2) { // no rank of the standard ABI
            assertThat(face.rank(face.rawRank(rank))).isEqualTo(rank);
        }
    }

    @Property
    void invalidRanksStayInvalid(@ForAll("faces") Face face, @ForAll @IntRange(min = Integer.MIN_VALUE, max = -4) int raw) {
        if (face == StandardFace.INSTANCE && raw == StandardAbi.ROOT) {
            return;
        }
        assertThat(face.rank(raw)).isLessThan(StandardAbi.ROOT);
    }

    @Property
    void tagsComeBack(@ForAll("faces") Face face, @ForAll @IntRange(min = 0) int tag) {
        assertThat(face.tag(face.rawTag(tag))).isEqualTo(tag);
        assertThat(face.tag(face.rawTag(StandardAbi.ANY_TAG))).isEqualTo(StandardAbi.ANY_TAG);
    }

    @Property
    void negativeTagsAreAnyTagOrNegative(@ForAll("faces") Face face, @ForAll @IntRange(min = Integer.MIN_VALUE, max = -1) int raw) {
        boolean any = raw == face.rawTag(StandardAbi.ANY_TAG);
        assertThat(face.tag(raw) == StandardAbi.ANY_TAG).isEqualTo(any);
        assertThat(face.tag(raw)).isNegative();
    }

    @Property
    void codesOfProgramsAndUnknownCodesComeBack(@ForAll("faces") Face face, @ForAll @IntRange(min = 0) int raw) {
        int known = face.errorClass(raw);
        if (known != ErrorClass.OTHER) {
            assertThat(face.errorCode(known)).isEqualTo(raw);
        }
    }

    @Property
    void addedCodesAreAboveThoseOfTheAbi(@ForAll("faces") Face face, @ForAll @IntRange(min = 1, max = 1_000_000) int number) {
        int code = ErrorClass.LASTCODE + number;
        assertThat(face.errorCode(code)).isEqualTo(face.lastCode() + number);
        assertThat(face.errorClass(face.errorCode(code))).isEqualTo(code);
    }

    @Property
    void statusesComeBack(@ForAll("faces") Face face, @ForAll @IntRange(min = -1) int source, @ForAll @IntRange int tag,
            @ForAll @IntRange(max = ErrorClass.IN_STATUS) int error, @ForAll @LongRange(max = (1L << 62) - 1) long bytes,
            @ForAll boolean cancelled) {
        try (Arena arena = Arena.ofConfined()) {
            long status = arena.allocate(face.statusBytes() + 8L).address();
            flotilla.memory.Memory.putLong(status + face.statusBytes(), 0x5a5a5a5a5a5a5a5aL);
            face.putStatus(status, source, tag, error, bytes, cancelled);
            assertThat(face.statusSource(status)).isEqualTo(source);
            assertThat(face.statusTag(status)).isEqualTo(tag);
            assertThat(face.statusError(status)).isEqualTo(error);
            assertThat(face.statusByteCount(status)).isEqualTo(bytes);
            assertThat(face.statusCancelled(status)).isEqualTo(cancelled);
            assertThat(flotilla.memory.Memory.getLong(status + face.statusBytes())).isEqualTo(0x5a5a5a5a5a5a5a5aL);

            face.putStatusByteCount(status, 7);
            face.putStatusCancelled(status, !cancelled);
            assertThat(face.statusByteCount(status)).isEqualTo(7);
            assertThat(face.statusCancelled(status)).isEqualTo(!cancelled);
            face.putStatusWithoutError(status, 0, 0, 0, false);
            assertThat(face.statusError(status)).isEqualTo(error);
        }
    }
}
