package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.ObjIntConsumer;
import jnr.constants.platform.Fcntl;
import jnr.constants.platform.OpenFlags;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What {@link BsdNativeLibC} does besides the system calls, tested with Linux's constants. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems test their own binding")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class BsdsAreCalledRightTest {
    private static final long MILLI = 1_000_000;

    private final POSIX posix = POSIXFactory.getNativePOSIX();

    /**
     * Passes 64 bytes of memory and one of two connected sockets; both fds are in the first 8
     * bytes.
     */
    private void withPair(BsdLibC libc, ObjIntConsumer<NativeMemory> action) {
        try (NativeMemory memory = NativeMemory.allocate(64)) {
            int result =
                    libc.socketpair(
                            SocketConstants.AF_UNIX,
                            SocketConstants.SOCK_STREAM,
                            0,
                            memory.address());
            assertThat(result).isZero();
            int first = memory.buffer().getInt(0);
            int second = memory.buffer().getInt(4);
            try {
                action.accept(memory, first);
            } finally {
                libc.close(first);
                libc.close(second);
            }
        }
    }

    @Test
    void newFdsAreNonBlockingAndCloseOnExecAndSilent() {
        for (BsdLibC libc : List.of(BsdWayOnLinux.withFlags(), BsdWayOnLinux.withoutFlags())) {
            withPair(
                    libc,
                    (memory, fd) -> {
                        int other = memory.buffer().getInt(4);
                        int pipe = libc.pipe(memory.address() + 16);
                        assertThat(pipe).isZero();
                        int[] fds = {
                            fd,
                            other,
                            memory.buffer().getInt(16),
                            memory.buffer().getInt(20),
                            libc.dup(fd)
                        };
                        for (int each : fds) {
                            assertThat(posix.fcntl(each, Fcntl.F_GETFD)).isEqualTo(1);
                            assertThat(posix.fcntl(each, Fcntl.F_GETFL))
                                    .matches(f -> (f & OpenFlags.O_NONBLOCK.intValue()) != 0);
                        }
                        libc.close(fds[2]);
                        libc.close(fds[3]);
                        libc.close(fds[4]);
                    });
        }
        withPair(
                BsdWayOnLinux.withoutFlags(),
                (memory, fd) -> {
                    memory.buffer().putInt(8, 4);
                    LibC.system().getsockopt(fd, 1, 9, memory.address() + 12, memory.address() + 8);
                    assertThat(memory.buffer().getInt(12))
                            .as("SO_KEEPALIVE, in place of SO_NOSIGPIPE")
                            .isEqualTo(1);
                });
    }

    @Test
    void whatCannotBeMadeIsItsErrno() {
        for (BsdLibC libc : List.of(BsdWayOnLinux.withFlags(), BsdWayOnLinux.withoutFlags())) {
            assertThat(libc.socket(4711, 1, 0)).isLessThan(0);
            assertThat(libc.accept(-1, 0, 0)).isEqualTo(-Errno.EBADF);
            assertThat(libc.dup(-1)).isEqualTo(-Errno.EBADF);
            assertThat(libc.unacknowledged(-1)).isEqualTo(-Errno.EBADF);
            try (NativeMemory memory = NativeMemory.allocate(8)) {
                assertThat(libc.socketpair(4711, 1, 0, memory.address())).isLessThan(0);
            }
        }
    }

    @Test
    void theSendBufferIsAskedForByRequestOrOption() {
        withPair(
                BsdWayOnLinux.withFlags(),
                (memory, fd) -> assertThat(BsdWayOnLinux.withFlags().unacknowledged(fd)).isZero());
        withPair(
                BsdWayOnLinux.withoutFlags(),
                (memory, fd) ->
                        assertThat(BsdWayOnLinux.withoutFlags().unacknowledged(fd))
                                .isGreaterThan(1000));
        BsdTraits silent = BsdTraits.OPENBSD;
        assertThat(silent.unsentRequest()).isZero();
        assertThat(silent.unsentOption()).isZero();
        assertThat(new BsdNativeLibC(silent).unacknowledged(0)).isEqualTo(-Errno.ENOPROTOOPT);
    }

    @Test
    void pollAndSelectNeverEndEarly() {
        for (BsdLibC libc : List.of(BsdWayOnLinux.withFlags(), BsdWayOnLinux.withoutFlags())) {
            withPair(
                    libc,
                    (memory, fd) -> {
                        ByteBuffer buffer = memory.buffer();
                        buffer.putInt(16, fd).putInt(20, PollFlags.POLLIN);
                        for (long nanos : new long[] {1, MILLI + 1, 3 * MILLI}) {
                            long start = System.nanoTime();
                            assertThat(libc.poll(memory.address() + 16, 1, nanos)).isZero();
                            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
                            start = System.nanoTime();
                            assertThat(libc.select(0, 0, 0, 0, nanos)).isZero();
                            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
                        }
                        buffer.putInt(20, PollFlags.POLLOUT);
                        assertThat(libc.poll(memory.address() + 16, 1, -1)).isEqualTo(1);
                        buffer.putLong(32, 1L << fd);
                        int selected = libc.select(64, 0, memory.address() + 32, 0, -1);
                        assertThat(selected).isEqualTo(1);
                        assertThat(buffer.getLong(32)).isEqualTo(1L << fd);
                    });
        }
    }

    @Test
    void millisecondsAreRoundedUpAndNeverOverflow() {
        assertThat(BsdNativeLibC.roundedUpToMillis(-1)).isEqualTo(-1);
        assertThat(BsdNativeLibC.roundedUpToMillis(0)).isZero();
        assertThat(BsdNativeLibC.roundedUpToMillis(1)).isEqualTo(1);
        assertThat(BsdNativeLibC.roundedUpToMillis(MILLI)).isEqualTo(1);
        assertThat(BsdNativeLibC.roundedUpToMillis(MILLI + 1)).isEqualTo(2);
        assertThat(BsdNativeLibC.roundedUpToMillis(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }
}
