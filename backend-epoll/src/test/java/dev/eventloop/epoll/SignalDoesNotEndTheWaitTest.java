package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.libc.Signals;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntUnaryOperator;
import jnr.constants.platform.Signal;
import jnr.ffi.LibraryLoader;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** EINTR: the wait goes on with what is left of the time. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
final class SignalDoesNotEndTheWaitTest extends EpollCase {
    /** Ignored unless handled, so that a late one hurts nobody. */
    private static final String SIGNAL = "SIGWINCH";

    /** Public, since JNR's generated class lives in another class loader. */
    public interface Threads {
        int gettid();

        int tgkill(int process, int thread, int signal);
    }

    @Test
    void ofAThreadThatIsSignalledForReal() throws Exception {
        Signals.handle(SIGNAL, () -> {}); // an ignored signal interrupts nothing
        AtomicInteger interrupted = new AtomicInteger();
        EventLoop loop = loopOver(TappedKernel.observing("epollPwait2", countEintr(interrupted)));
        Threads threads = LibraryLoader.create(Threads.class).load("c");
        int process = POSIXFactory.getNativePOSIX().getpid();
        int self = threads.gettid();
        int signal = Signal.valueOf(SIGNAL).intValue();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Void> signalling =
                CompletableFuture.runAsync(
                        () -> {
                            while (!over.get()) {
                                threads.tgkill(process, self, signal);
                                LockSupport.parkNanos(1_000_000);
                            }
                        });
        try {
            while (interrupted.get() < 5) {
                assertNeverEarly(loop, 20);
            }
        } finally {
            over.set(true);
            signalling.join();
        }
        assertThat(interrupted.get()).isGreaterThanOrEqualTo(5);
    }

    private static IntUnaryOperator countEintr(AtomicInteger count) {
        return result -> {
            if (result == -Errno.EINTR) {
                count.incrementAndGet();
            }
            return result;
        };
    }

    @Test
    void howeverOftenItComes() throws Exception {
        AtomicInteger left = new AtomicInteger(7);
        EventLoop loop = loopOver(TappedKernel.answering("epollPwait2", () -> interrupt(left)));
        assertNeverEarly(loop, 10);
        assertThat(left.get()).isZero();
    }

    @Test
    void norIsAnEventLostToIt() throws Exception {
        AtomicInteger left = new AtomicInteger(3);
        EventLoop loop = loopOver(TappedKernel.answering("epollPwait2", () -> interrupt(left)));
        loop.add(fds.pair()[0], Events.WRITE | Events.EDGE, (fd, events, attachment) -> {}, null);
        assertThat(loop.run(-1)).isEqualTo(1);
        assertThat(left).hasValue(0);
    }

    /** -EINTR a few times, then what the kernel says. */
    private static Integer interrupt(AtomicInteger left) {
        return left.get() > 0 && left.getAndDecrement() > 0 ? (Integer) (-Errno.EINTR) : null;
    }
}
