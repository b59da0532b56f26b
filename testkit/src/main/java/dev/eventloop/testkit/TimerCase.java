package dev.eventloop.testkit;

import dev.eventloop.EventLoop;
import dev.eventloop.Timer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Timers that record that they fire, and loops with a manual clock. */
abstract class TimerCase extends ContractCase {
    final List<String> fired = new ArrayList<>();
    long handClock;

    EventLoop clocked() {
        return open(defaults.clock(() -> handClock));
    }

    Timer timer(EventLoop target, String name) {
        return target.newTimer(() -> fired.add(name));
    }

    void advance(EventLoop clocked, long millis) throws IOException {
        handClock += millis * 1_000_000;
        clocked.run(0);
    }
}
