package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.Events;
import dev.eventloop.libc.LinuxLibC;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.In;
import org.junit.jupiter.api.Test;

/**
 * Files that are neither sockets nor pipes: every backend gives the same answer. On Linux it is
 * that of epoll_ctl(2), which asks the driver, and not the type of the file.
 */
abstract class OddFilesContract extends ContractCase {
    // asm-generic/fcntl.h and time.h of Linux
    private static final int O_NONBLOCK = 0x800;
    private static final int O_PATH = 0x200000;
    private static final int CLOCK_MONOTONIC = 1;

    private static final List<String> ALWAYS_READY =
            List.of(
                    System.getProperty("java.home") + "/release",
                    "/",
                    "/proc",
                    "/sys",
                    "/proc/self/fd",
                    "/proc/self/status",
                    "/dev/null",
                    "/dev/zero",
                    "/dev/full",
                    "/dev/urandom",
                    "/dev/loop-control");

    /** Regular files by their type, and readable at once. */
    private static final List<String> POLLED =
            List.of(
                    "/proc/self/mounts",
                    "/proc/self/mountinfo",
                    "/proc/version",
                    "/sys/class/net/lo/operstate",
                    "/sys/kernel/mm/transparent_hugepage/enabled");

    /** Public, because JNR's generated class is in another class loader. */
    public interface Calls {
        int open(@In String path, int flags);

        int timerfd_create(int clock, int flags);
    }

    private static Calls calls() {
        return LibraryLoader.create(Calls.class).load("c");
    }

    private void assumeLinux() {
        boolean linux = System.getProperty("os.name").equals("Linux");
        assumeTrue(linux && machine == Machine.real(), "the files are those of Linux");
    }

    private static List<String> existing(List<String> paths) {
        List<String> existing =
                paths.stream().filter(path -> Files.isReadable(Path.of(path))).toList();
        assertThat(existing).isNotEmpty();
        return existing;
    }

    @Test
    void whatCannotBePolledIsEperm() {
        assumeLinux();
        for (String path : existing(ALWAYS_READY)) {
            int fd = fds.file(path);
            for (int interest : new int[] {Events.READ, Events.WRITE, 0}) {
                assertErrno("EPERM", () -> loop.add(fd, interest, recorder, path));
            }
        }
        assertThat(loop.size()).isZero();
    }

    @Test
    void whatCanBePolledIsWatchedThoughItIsARegularFile() throws Exception {
        assumeLinux();
        for (String path : existing(POLLED)) {
            recorder.forget();
            int fd = fds.file(path);
            loop.add(fd, Events.READ, recorder, path);
            assertThat(loop.run(LONG_MILLIS)).as(path).isEqualTo(1);
            assertThat(has(recorder.lastEvents(), Events.READ)).as(path).isTrue();
            loop.del(fd);
        }
    }

    @Test
    void terminalsAndTimersAreWatched() throws Exception {
        assumeLinux();
        int terminal = fds.file("/dev/ptmx");
        int timer = fds.own(calls().timerfd_create(CLOCK_MONOTONIC, O_NONBLOCK));
        loop.add(terminal, Events.READ | Events.WRITE, recorder, "terminal");
        loop.add(timer, Events.READ, recorder, "timer");
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.calls())
                .containsExactly(new Recorder.Call(terminal, Events.WRITE, "terminal"));
    }

    @Test
    void anEventCounterIsReadableWhileItIsNotZero() throws Exception {
        assumeTrue(machine.libc() instanceof LinuxLibC, "eventfd(2) is Linux's");
        int counter = fds.own(((LinuxLibC) machine.libc()).eventfd());
        loop.add(counter, Events.READ, recorder, null);
        assertSilent();
        ByteBuffer one = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        assertThat(sockets.write(counter, one.putLong(0, 1))).isEqualTo(Long.BYTES);
        assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
        assertThat(recorder.lastEvents()).isEqualTo(Events.READ);
        assertThat(sockets.read(counter, one.clear())).isEqualTo(Long.BYTES);
        assertSilent();
    }

    /** open(2), O_PATH: it is a place in the file system, and cannot be read or polled. */
    @Test
    void whatIsOpenAsAPathOnlyIsEbadf() {
        assumeLinux();
        for (String path : List.of("/", "/dev/null", "/proc/self/mounts")) {
            int fd = fds.own(calls().open(path, O_PATH));
            for (int interest : new int[] {Events.READ, Events.WRITE, 0}) {
                assertErrno("EBADF", () -> loop.add(fd, interest, recorder, path));
            }
        }
        assertThat(loop.size()).isZero();
    }
}
