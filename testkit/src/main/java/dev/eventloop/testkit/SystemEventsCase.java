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

/** A loop with system events for one test, and what they have told. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SystemEventsCase {
    private static final long LIMIT_NANOS = 20_000_000_000L;

    /** How long it is listened for what must not come. */
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

    /** Nothing more is told, and the loop does not turn in circles. */
    void assertSilent() throws IOException {
        int called = loop.run(0);
        for (int i = 0; called > 0 && i < 1000; i++) { // what is left of what happened before
            called = loop.run(0);
        }
        int before = heard.size();
        assertThat(loop.run(SILENCE_MILLIS)).isZero();
        assertThat(heard).hasSize(before);
    }

    /** Does it a few times, and then as often as would be seen if a file were left open. */
    static void assertLeavesNoFileOpen(Cycle cycle) throws Exception {
        for (int i = 0; i < 3; i++) {
            cycle.run();
        }
        int before = OpenFds.count();
        for (int i = 0; i < 30; i++) {
            cycle.run();
        }
        assertThat(OpenFds.count()).isLessThan(before + 20); // the JVM opens and closes some too
    }

    /** What is done again and again. */
    @FunctionalInterface
    interface Cycle {
        void run() throws Exception;
    }
}
