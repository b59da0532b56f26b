package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.EventLoop;
import dev.eventloop.events.EventSource;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.events.Watch;
import jnr.constants.platform.Signal;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Events of signals; capabilities and close of system events. */
abstract class SignalEventsContract extends SystemEventsCase {
    private static final POSIX POSIX_CALLS = POSIXFactory.getNativePOSIX();

    private static void raise(String name) {
        int signal = Signal.valueOf(name).intValue();
        assertThat(POSIX_CALLS.kill(POSIX_CALLS.getpid(), signal)).isZero();
    }

    @Test
    @DisplayName(
            "capabilities() lists timers, signals, exits and folders with their kernel interfaces")
    void capabilitiesTellHow() {
        assertThat(events.capabilities())
                .extracting(EventSource::kind)
                .containsExactly(EventSource.Kind.values());
        assertThat(events.capabilities())
                .allSatisfy(source -> assertThat(source.how()).isNotBlank())
                .allSatisfy(source -> assertThat(source.available()).isTrue());
    }

    @Test
    @DisplayName("each signal is delivered on the loop's thread")
    void onTheLoopsThread() throws Exception {
        events.signal("SIGWINCH", (name, self) -> heard.add(name + " " + loop.inEventLoop()), null);
        for (int i = 1; i <= 20; i++) {
            int expected = i;
            raise("SIGWINCH");
            runUntil("signal " + i, () -> heard.size() == expected);
        }
        assertThat(heard).containsOnly("SIGWINCH true");
    }

    @Test
    @DisplayName("a signal ends a wait without a timeout")
    void endsAWait() throws Exception {
        events.signal("SIGWINCH", (name, self) -> loop.stop(), null);
        Thread other = new Thread(() -> raise("SIGWINCH"));
        other.start();
        loop.runUntilStopped();
        other.join();
    }

    @Test
    @DisplayName("two loops that watch one signal both get it, each until it closes its watch")
    void severalLoops() throws Exception {
        Watch first = events.signal("SIGWINCH", (name, line) -> heard.add(line), "first");
        try (EventLoop other = contract().newLoop();
                SystemEvents others = new SystemEvents(other, contract().libc())) {
            others.signal("SIGWINCH", (name, line) -> heard.add(line), "second");
            raise("SIGWINCH");
            runUntilHeard("first");
            while (!heard.contains("second")) {
                other.run(20);
            }
            first.close();
            assertThat(first.isActive()).isFalse();
            heard.clear();
            raise("SIGWINCH");
            while (!heard.contains("second")) {
                other.run(20);
            }
            assertSilent();
            assertThat(heard).containsExactly("second");
        }
        raise("SIGWINCH"); // no handler is left
        assertSilent();
    }

    @Test
    @DisplayName("a signal reserved by the JVM or the kernel is refused with an error message")
    void refused() {
        for (String name : new String[] {"SIGKILL", "SIGSEGV", "SIGUSR2", "SIGNONE"}) {
            assertThatThrownBy(() -> events.signal(name, (n, none) -> {}, null))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(name);
        }
    }

    @Test
    @DisplayName("after close() nothing can be watched")
    void closed() {
        events.close();
        events.close();
        assertThatThrownBy(() -> events.signal("SIGWINCH", (name, none) -> {}, null))
                .isInstanceOf(IllegalStateException.class);
    }
}
