package dev.eventloop.lb.command;

import java.time.Duration;

/**
 * Runs tasks that may block forever, such as a write to a full pipe without a reader, or to a disk
 * that hangs.
 */
final class TimeLimit {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private TimeLimit() {}

    /**
     * Runs the task on a new daemon thread and waits for 2 s. Returns false if the task has not
     * ended by then; it keeps running on its thread.
     */
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
