package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.Events;
import dev.eventloop.libc.Signals;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jnr.constants.platform.Signal;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.Test;

/** Real signals interrupt the waiting thread (EINTR), and the wait continues. */
abstract class SignalContract extends ContractCase {
    /** A signal that is ignored by default, so that a late one has no effect. */
    private static final String SIGNAL = "SIGWINCH";

    private static final long PAUSE_NANOS = 500_000;

    /** Public, because JNR's generated class is in another class loader. */
    public interface Threads {
        long pthread_self();

        int pthread_kill(long thread, int signal);
    }

    @Test
    void aSignalNeitherEndsAWaitNorMakesItEarly() throws Exception {
        int signals =
                signalled(
                        () -> {
                            for (int i = 0; i < 5; i++) {
                                assertSilent();
                            }
                        });
        assertThat(signals).isPositive();
    }

    @Test
    void noEventIsLostToASignal() throws Exception {
        int[] pair = fds.pair();
        loop.add(pair[0], Events.READ, recorder, null);
        signalled(
                () -> {
                    for (int i = 1; i <= 50; i++) {
                        Future<?> sent = elsewhere(sending(pair[1]));
                        assertThat(loop.run(-1)).isEqualTo(1);
                        get(sent);
                        fds.receive(pair[0]);
                        assertThat(recorder.count()).isEqualTo(i);
                    }
                });
        assertSilent();
    }

    private Callable<Object> sending(int fd) {
        return () -> {
            LockSupport.parkNanos(2 * PAUSE_NANOS);
            fds.send(fd, "x");
            return null;
        };
    }

    private interface Action {
        void run() throws Exception;
    }

    /** Signals this thread continuously while it runs an action; returns the number of signals. */
    private int signalled(Action action) throws Exception {
        assumeTrue(machine == Machine.real(), "signals are this machine's");
        Signals.handle(SIGNAL, () -> {}); // an ignored signal does not interrupt a system call
        Threads threads = LibraryLoader.create(Threads.class).load("c");
        long self = threads.pthread_self();
        int signal = Signal.valueOf(SIGNAL).intValue();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger count = new AtomicInteger();
        Future<?> signalling =
                elsewhere(
                        () -> {
                            while (!over.get()) {
                                threads.pthread_kill(self, signal);
                                count.incrementAndGet();
                                LockSupport.parkNanos(PAUSE_NANOS);
                            }
                            return null;
                        });
        try {
            action.run();
        } finally {
            over.set(true);
            get(signalling);
        }
        return count.get();
    }
}
