package dev.eventloop.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The action of a signal is ordinary Java code on a thread of the JVM. */
@Timeout(60)
@Tag("fast")
final class SignalsTest {
    @Test
    void theActionRunsEachTimeAndMayDoAnything() throws Exception {
        POSIX posix = POSIXFactory.getNativePOSIX();
        int signal = Signal.SIGWINCH.intValue();
        Semaphore handled = new Semaphore(0);
        AtomicReference<Thread> thread = new AtomicReference<>();
        Signals.handle(
                "SIGWINCH",
                () -> {
                    thread.set(Thread.currentThread());
                    System.gc(); // would crash or hang in a real signal handler
                    handled.release();
                });
        for (int i = 0; i < 20; i++) {
            assertThat(posix.kill(posix.getpid(), signal)).isZero();
            assertThat(handled.tryAcquire(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(thread.get()).isNotSameAs(Thread.currentThread());
    }
}
