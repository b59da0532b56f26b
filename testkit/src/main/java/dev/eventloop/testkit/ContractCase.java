package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.Capability;
import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.Events;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The loops, fds and threads of one test, which are closed and ended after it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class ContractCase {
    /** Longer than any wait of a correct loop, in milliseconds. */
    static final int LONG_MILLIS = 30_000;

    /** How long assertSilent waits for unexpected events. */
    private static final int SILENCE_MILLIS = 15;

    /** How long assertIdle measures processor time. */
    private static final int IDLE_MILLIS = 50;

    /** A wait takes a hundredth of it; a spin takes more, even if ten processes share a core. */
    private static final long IDLE_CPU_NANOS = IDLE_MILLIS * 1_000_000L / 10;

    final Recorder recorder = new Recorder();
    final EventLoopOptions defaults = EventLoopOptions.defaults();

    Machine machine;
    OpenFds fds;
    Sockets sockets;

    /** A loop with default options. */
    EventLoop loop;

    private final List<EventLoop> loops = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** The test class of the backend: creates loops, and chooses the machine. */
    abstract EventLoopContract contract();

    @BeforeEach
    void openLoop() {
        machine = contract().machine();
        fds = new OpenFds(machine);
        sockets = fds.sockets();
        loop = open(defaults);
    }

    @AfterEach
    void closeEverything() throws InterruptedException {
        loops.forEach(EventLoop::close);
        threads.shutdown();
        boolean over = threads.awaitTermination(LONG_MILLIS, TimeUnit.MILLISECONDS);
        fds.close();
        assertThat(over).as("threads of the test end once its loops are closed").isTrue();
    }

    /** Creates a loop that is closed after the test. */
    EventLoop open(EventLoopOptions options) {
        try {
            EventLoop opened = contract().newLoop(options);
            loops.add(opened);
            return opened;
        } catch (ErrnoException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a task on another thread, which must end before the next test. */
    <T> Future<T> elsewhere(Callable<T> action) {
        return threads.submit(action);
    }

    static <T> T get(Future<T> future) throws Exception {
        return future.get(LONG_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Runs the loop until a condition holds. */
    void runUntil(BooleanSupplier happened) throws IOException {
        long start = machine.nanoTime();
        while (!happened.getAsBoolean()) {
            if (machine.nanoTime() - start > LONG_MILLIS * 1_000_000L) {
                fail("it did not happen; callbacks so far: %s", recorder.calls());
            }
            loop.run(50);
        }
    }

    /** Asserts that a wait delivers no event and lasts for its timeout. */
    void assertSilent() throws IOException {
        int before = recorder.count();
        long start = machine.nanoTime();
        int called = loop.run(SILENCE_MILLIS);
        long waited = machine.nanoTime() - start;
        assertThat(recorder.calls()).hasSize(before);
        assertThat(called).isZero();
        assertThat(waited).isGreaterThanOrEqualTo(SILENCE_MILLIS * 1_000_000L);
    }

    /** As {@link #assertSilent}, and that the loop uses almost no processor time. */
    void assertIdle() throws IOException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        assertSilent();
        if (threads.isCurrentThreadCpuTimeSupported()) {
            int before = recorder.count();
            long start = threads.getCurrentThreadCpuTime();
            assertThat(loop.run(IDLE_MILLIS)).isZero();
            long used = threads.getCurrentThreadCpuTime() - start;
            assertThat(used).as("nanoseconds of the processor").isLessThan(IDLE_CPU_NANOS);
            assertThat(recorder.calls()).hasSize(before);
        }
    }

    /** Creates an fd that is ready for READ and WRITE. */
    int readable() throws ErrnoException {
        int[] pair = fds.pair();
        fds.send(pair[1], "x");
        return pair[0];
    }

    static void assertErrno(String name, ThrowingCallable call) {
        ErrnoException thrown =
                (ErrnoException) org.assertj.core.api.Assertions.catchThrowable(call);
        assertThat(thrown).isNotNull().hasMessageMatching("(?s).*\\S.*");
        assertThat(thrown.errnoName()).isEqualTo(name);
    }

    void assumeCapability(Capability capability) {
        assumeTrue(
                loop.capabilities().contains(capability),
                () -> loop.backendName() + " has no " + capability);
    }

    static boolean has(int events, int bits) {
        return (events & bits) == bits;
    }

    static boolean hasAny(int events, int bits) {
        return (events & bits) != 0;
    }

    /** For messages of assertions. */
    static String text(int events) {
        return Events.toString(events);
    }
}
