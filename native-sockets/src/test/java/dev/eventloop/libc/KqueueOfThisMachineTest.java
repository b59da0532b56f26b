package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jnr.ffi.provider.jffi.NoX86;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kqueue of this machine, if it has one; kevent gets its sixth argument. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class KqueueOfThisMachineTest {
    private static final long MILLION = 1_000_000;

    @Test
    void isThisMachinesLibCOrThereIsAReason() {
        String why = BsdLibC.unavailableBecause();
        if (why == null) {
            assertThat(BsdLibC.system()).isSameAs(LibC.system());
        } else {
            assertThat(why).isNotBlank().doesNotEndWith(".");
            assertThatThrownBy(BsdLibC::system)
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(why);
        }
    }

    /**
     * https://github.com/jnr/jnr-ffi/issues/181; {@link SixthArgumentArrivesTest} shows its effect.
     */
    @Test
    void isNotBoundByStubsThatCorruptASixthArgument() {
        assertThat(KqueueCalls.Symbols.class).hasAnnotation(NoX86.class);
    }

    /** Garbage as the timeout would cause another wait, or EFAULT. */
    @Test
    void keventGetsItsTimeoutAsTheSixthArgument() {
        BsdLibC libc = kqueue();
        int kqueueFd = libc.kqueue();
        assertThat(kqueueFd).isNotNegative();
        try (NativeMemory memory = NativeMemory.allocate(128)) {
            for (long nanos : new long[] {0, 3 * MILLION, 3 * MILLION + 1}) {
                memory.buffer().putLong(72, nanos);
                long start = System.nanoTime();
                int count = libc.kevent(kqueueFd, 0, 0, memory.address(), 1, memory.address() + 64);
                assertThat(count).isZero();
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
            }
        }
        assertThat(libc.close(kqueueFd)).isZero();
    }

    private static BsdLibC kqueue() {
        String why = BsdLibC.unavailableBecause();
        assumeTrue(why == null, why);
        return BsdLibC.system();
    }
}
