package dev.eventloop.lb.admin;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads that answer requests, none of them for longer than a few seconds. The server reads
 * and writes on the thread that it is given, and waits there for as long as the client likes; an
 * interrupt closes the channel it waits for ({@link java.nio.channels.InterruptibleChannel}). The
 * server's own limits are properties of the whole JVM, which a library should leave alone.
 */
final class RequestThreads implements Executor, AutoCloseable {
    private static final int THREADS = 64;

    /** Requests that wait for a thread; the connections of those beyond are closed. */
    private static final int WAITING = 256;

    /** All that a request may take, from its first byte to the last of the answer. */
    private static final int LIMIT_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService watch;

    RequestThreads(String name) {
        ThreadFactory daemons =
                task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                };
        this.threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(WAITING),
                        daemons);
        threads.allowCoreThreadTimeOut(true);
        this.watch = Executors.newSingleThreadScheduledExecutor(daemons);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(new Limited(task));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        watch.shutdownNow();
    }

    /** A task that is interrupted when its time is over, and no other after it. */
    private final class Limited implements Runnable {
        private final Runnable task;
        private Thread thread;

        Limited(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            begin();
            ScheduledFuture<?> limit = watch.schedule(this::stop, LIMIT_SECONDS, TimeUnit.SECONDS);
            try {
                task.run();
            } finally {
                limit.cancel(false);
                end();
            }
        }

        private synchronized void begin() {
            thread = Thread.currentThread();
        }

        private synchronized void stop() {
            if (thread != null) {
                thread.interrupt();
            }
        }

        private synchronized void end() {
            thread = null;
            // Cleared for the next task; the pool's own interrupts come when it is shut down.
            if (Thread.interrupted() && threads.isShutdown()) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
