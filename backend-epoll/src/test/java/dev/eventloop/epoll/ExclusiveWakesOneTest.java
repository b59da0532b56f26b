package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import java.io.IOException;
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
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;

/** Several loops wait for one listener's connections: a connection wakes one, not the herd. */
final class ExclusiveWakesOneTest extends EpollCase {
    private static final int LOOPS = 4;
    private static final int CONNECTIONS = 50;

    /** The system call's number, the same on all architectures: asm-generic/unistd.h. */
    private static final String EPOLL_PWAIT2 = "441 ";

    /** Public, since JNR's generated class lives in another class loader. */
    public interface Threads {
        int gettid();
    }

    private final Threads threads = LibraryLoader.create(Threads.class).load("c");
    private final AtomicInteger woken = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();

    @Test
    void andEveryConnectionIsAccepted() throws Exception {
        int listener = fds.listener();
        EventCallback<Object> accepting =
                (fd, events, attachment) -> {
                    int connection = fds.sockets().accept(fd);
                    if (connection >= 0) {
                        fds.sockets().close(connection);
                        accepted.incrementAndGet();
                    }
                };
        ExecutorService pool = Executors.newFixedThreadPool(LOOPS);
        List<EventLoop> loops = new ArrayList<>();
        List<Integer> tids = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        try {
            for (int i = 0; i < LOOPS; i++) {
                EventLoop loop = loopOver(TappedKernel.observing("epollPwait2", this::countReady));
                loop.add(listener, Events.READ | Events.EXCLUSIVE, accepting, null);
                CountDownLatch inside = new CountDownLatch(1);
                loop.execute(
                        () -> {
                            tids.add(threads.gettid());
                            inside.countDown();
                        });
                running.add(
                        pool.submit(
                                () -> {
                                    loop.runUntilStopped();
                                    return null;
                                }));
                assertThat(inside.await(LONG_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
                loops.add(loop);
            }
            awaitAllAsleepIn(tids);
            woken.set(0);
            for (int i = 1; i <= CONNECTIONS; i++) {
                fds.close(fds.connect(listener));
                while (accepted.get() < i) {
                    LockSupport.parkNanos(50_000);
                }
                awaitAllAsleepIn(tids);
            }
        } finally {
            loops.forEach(EventLoop::stop);
            for (Future<?> each : running) {
                each.get(LONG_MILLIS, TimeUnit.MILLISECONDS);
            }
            pool.shutdown();
        }
        assertThat(accepted).hasValue(CONNECTIONS);
        assertThat(woken.get()).isGreaterThanOrEqualTo(CONNECTIONS).isLessThan(CONNECTIONS * LOOPS);
    }

    private int countReady(int result) {
        if (result > 0) {
            woken.incrementAndGet();
        }
        return result;
    }

    /** A thread that sleeps in a system call shows its number here; one that was woken does not. */
    private static void awaitAllAsleepIn(List<Integer> tids) throws IOException {
        for (int tid : tids) {
            Path call = Path.of("/proc/self/task/" + tid + "/syscall");
            while (!Files.readString(call).startsWith(EPOLL_PWAIT2)) {
                LockSupport.parkNanos(50_000);
            }
        }
    }
}
