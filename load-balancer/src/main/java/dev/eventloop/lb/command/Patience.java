package dev.eventloop.lb.command;

import java.time.Duration;

/** For what may never end: a write to a pipe that nobody reads, to a disk that does not answer. */
final class Patience {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private Patience() {}

    /** Runs it on a thread of its own; false if it has not ended in time, and goes on there. */
    static boolean run(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
