package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Several loops watch one listener: a connection wakes one of them, not all (thundering herd). */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class ExclusiveWakesOneTest extends EpollCase {
    private static final int LOOPS = 4;
    private static final int CONNECTIONS = 50;

    /** System call numbers: epoll_wait, or epoll_pwait on architectures without it. */
    private static final String EPOLL_WAIT =
            System.getProperty("os.arch").equals("amd64") ? "232 " : "22 ";

    /** Public, because JNR's generated class is in another class loader. */
    public interface Threads {
        int gettid();
    }

    private final LinuxLibC libc = (LinuxLibC) LibC.system();
    private final Threads threads = LibraryLoader.create(Threads.class).load("c");
    private final AtomicInteger called = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    /** Blocks the callbacks, so that the connection stays in the backlog for other loops. */
    private volatile CountDownLatch round = new CountDownLatch(1);

    /** The thread of one loop. */
    private static final class Waiter {
        final CountDownLatch inside = new CountDownLatch(1);
        EventLoop loop;
        Path systemCall;
        volatile boolean inCallback;

        /** Whether the thread sleeps in epoll_wait: proc(5), /proc/pid/task/tid/syscall. */
        boolean isAsleep() {
            try {
                return Files.readString(systemCall).startsWith(EPOLL_WAIT);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void andEveryConnectionIsAccepted() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/thread-self/syscall")), "threads are hidden");
        int listener = fds.listener();
        List<Waiter> waiters = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(LOOPS);
        try {
            for (int i = 0; i < LOOPS; i++) {
                Waiter waiter = newWaiter(listener);
                waiters.add(waiter);
                running.add(pool.submit(() -> runUntilStopped(waiter.loop)));
                assertThat(waiter.inside.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
            }
            for (int i = 1; i <= CONNECTIONS; i++) {
                await(() -> waiters.stream().allMatch(Waiter::isAsleep));
                round = new CountDownLatch(1);
                int before = called.get();
                fds.close(fds.connect(listener));
                await(() -> called.get() > before);
                await(() -> waiters.stream().allMatch(w -> w.inCallback || w.isAsleep()));
                round.countDown();
                int connections = i;
                await(() -> accepted.get() == connections);
            }
        } finally {
            round.countDown();
            waiters.forEach(waiter -> waiter.loop.stop());
            for (Future<?> each : running) {
                each.get(LONG_MILLIS, TimeUnit.MILLISECONDS);
            }
            pool.shutdown();
        }
        assertThat(called.get())
                .isGreaterThanOrEqualTo(CONNECTIONS)
                .isLessThan(CONNECTIONS * LOOPS / 2);
    }

    private Waiter newWaiter(int listener) throws Exception {
        Waiter waiter = new Waiter();
        waiter.loop = loopOver(libc);
        waiter.loop.add(listener, Events.READ | Events.EXCLUSIVE, accepting(waiter), null);
        waiter.loop.execute(
                () -> {
                    waiter.systemCall = Path.of("/proc/self/task/" + threads.gettid() + "/syscall");
                    waiter.inside.countDown();
                });
        return waiter;
    }

    private EventCallback<Object> accepting(Waiter waiter) {
        return (fd, events, attachment) -> {
            waiter.inCallback = true;
            called.incrementAndGet();
            awaitQuietly(round);
            int connection = fds.sockets().accept(fd);
            waiter.inCallback = false;
            if (connection >= 0) {
                fds.sockets().close(connection);
                accepted.incrementAndGet();
            }
        };
    }

    private static Object runUntilStopped(EventLoop loop) throws Exception {
        loop.runUntilStopped();
        return "stopped";
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(50_000);
        }
    }
}
