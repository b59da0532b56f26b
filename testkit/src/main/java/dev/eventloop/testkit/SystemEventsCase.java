package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.eventloop.EventLoop;
import dev.eventloop.events.SystemEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A loop with system events for one test, and the events that it delivered. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SystemEventsCase {
    private static final long LIMIT_NANOS = 20_000_000_000L;

    /** How long a test waits for events that must not come. */
    private static final int SILENCE_MILLIS = 20;

    final List<String> heard = new ArrayList<>();

    EventLoop loop;
    SystemEvents events;

    abstract SystemEventsContract contract();

    @BeforeEach
    void open() {
        loop = contract().newLoop();
        events = new SystemEvents(loop, contract().libc());
    }

    @AfterEach
    void close() {
        events.close();
        assertThat(loop.size()).as("fds that the loop still watches").isZero();
        loop.close();
    }

    void runUntil(String what, Callable<Boolean> happened) throws Exception {
        long start = System.nanoTime();
        while (!happened.call()) {
            if (System.nanoTime() - start > LIMIT_NANOS) {
                fail("never happened: %s; heard so far: %s", what, heard);
            }
            loop.run(20);
        }
    }

    void runUntilHeard(String... lines) throws Exception {
        runUntil(List.of(lines) + " is heard", () -> heard.containsAll(List.of(lines)));
    }

    /** Asserts that no more events come, and that the loop does not spin. */
    void assertSilent() throws IOException {
        int called = loop.run(0);
        for (int i = 0; called > 0 && i < 1000; i++) { // events of earlier changes
            called = loop.run(0);
        }
        int before = heard.size();
        assertThat(loop.run(SILENCE_MILLIS)).isZero();
        assertThat(heard).hasSize(before);
    }

    /** Repeats an action so often that a file left open each time would show. */
    static void assertLeavesNoFileOpen(Cycle cycle) throws Exception {
        for (int i = 0; i < 3; i++) {
            cycle.run();
        }
        int before = OpenFds.count();
        for (int i = 0; i < 30; i++) {
            cycle.run();
        }
        assertThat(OpenFds.count())
                .isLessThan(before + 20); // the JVM opens and closes some as well
    }

    /** The action to repeat. */
    @FunctionalInterface
    interface Cycle {
        void run() throws Exception;
    }
}
