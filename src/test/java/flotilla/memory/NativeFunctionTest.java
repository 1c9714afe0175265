package flotilla.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NativeFunctionTest {
    private static final int EBADF = 9;
    private static final int SYS_CLOSE = 3;

    @Test
    void functionsOfFewerArgumentsAreCalled() {
        assertThat(NativeFunction.ofLibc("getpid").call()).isEqualTo(ProcessHandle.current().pid());
        assertThat((int) NativeFunction.ofLibc("abs").call(-7)).isEqualTo(7);
    }

    @Test
    void errorsAreTheCallsOwn() {
        var syscall = NativeFunction.ofLibc("syscall");
        assertThat(syscall.callOrErrno(SYS_CLOSE, -1, 0, 0, 0, 0, 0)).isEqualTo(-EBADF);
    }
}
