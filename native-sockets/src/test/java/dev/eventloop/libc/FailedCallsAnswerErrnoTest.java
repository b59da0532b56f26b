package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.eventloop.ErrnoException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every call of LibC returns its result or -errno, and none throws. */
@Timeout(60)
@Tag("fast")
final class FailedCallsAnswerErrnoTest {
    private final LibC libc = LibC.system();

    @Test
    void badDescriptorsAreEbadf() {
        try (NativeMemory memory = NativeMemory.allocate(256)) {
            long address = memory.address();
            memory.buffer().putInt(128, 64); // a socklen_t
            for (int fd : new int[] {-1, 1 << 20}) {
                Map<String, Integer> results = new LinkedHashMap<>();
                results.put("dup", libc.dup(fd));
                results.put("bind", libc.bind(fd, address, 16));
                results.put("listen", libc.listen(fd, 1));
                results.put("accept", libc.accept(fd, 0, 0));
                results.put("connect", libc.connect(fd, address, 16));
                results.put("getsockname", libc.getsockname(fd, address, address + 128));
                results.put("getpeername", libc.getpeername(fd, address, address + 128));
                int level = SocketConstants.SOL_SOCKET;
                int name = SocketConstants.SO_REUSEADDR;
                results.put("setsockopt", libc.setsockopt(fd, level, name, address, 4));
                results.put("getsockopt", libc.getsockopt(fd, level, name, address, address + 128));
                results.put("recv", libc.recv(fd, address, 1, 0));
                results.put("send", libc.send(fd, address, 1, 0));
                results.put("read", libc.read(fd, address, 1));
                results.put("write", libc.write(fd, address, 1));
                results.put("shutdown", libc.shutdown(fd, SocketConstants.SHUT_WR));
                results.put("close", libc.close(fd));
                if (libc instanceof LinuxLibC linux) {
                    results.put("unacknowledged", linux.unacknowledged(fd));
                    results.put("epollCtl", linux.epollCtl(fd, 1, 0, address));
                    results.put("epollWait", linux.epollWait(fd, address, 1, 0));
                    results.put("epollPwait2", linux.epollPwait2(fd, address, 1, address));
                }
                if (libc instanceof BsdLibC bsd) {
                    results.put("kevent", bsd.kevent(fd, 0, 0, address, 1, address + 16));
                }
                assertThat(results).allSatisfy((call, r) -> assertThat(r).isEqualTo(-Errno.EBADF));
            }
        }
    }

    @Test
    void eachThreadGetsItsOwnErrno() throws Exception {
        Thread[] threads = new Thread[4];
        int[] wrong = new int[threads.length];
        for (int t = 0; t < threads.length; t++) {
            int number = t;
            threads[t] =
                    new Thread(
                            () -> {
                                for (int i = 0; i < 20_000; i++) {
                                    boolean even = (number + i) % 2 == 0;
                                    int result = even ? libc.close(-1) : libc.socket(4711, 1, 0);
                                    boolean right =
                                            even
                                                    ? result == -Errno.EBADF
                                                    : result < 0 && result != -Errno.EBADF;
                                    wrong[number] += right ? 0 : 1;
                                }
                            });
            threads[t].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).containsOnly(0);
    }

    @Test
    void checkTurnsThemIntoSentences() throws Exception {
        assertThat(Errno.check(7, "bind", "x")).isEqualTo(7);
        assertThatExceptionOfType(ErrnoException.class)
                .isThrownBy(() -> Errno.check(-Errno.EACCES, "bind", "0.0.0.0:80"))
                .withMessage("bind 0.0.0.0:80: Permission denied (EACCES)")
                .satisfies(
                        e -> {
                            assertThat(e.errno()).isEqualTo(Errno.EACCES);
                            assertThat(e.errnoName()).isEqualTo("EACCES");
                            assertThat(e.operation()).isEqualTo("bind");
                        });
    }

    @Test
    void unknownNumbersHaveANameToo() {
        assertThat(Errno.name(Errno.ECONNREFUSED)).isEqualTo("ECONNREFUSED");
        assertThat(Errno.name(4711)).isEqualTo("errno 4711");
        assertThat(Errno.description(4711)).isEqualTo("unknown error");
        assertThat(Errno.exception(4711, "frob", "x")).hasMessageContaining("errno 4711");
    }
}
