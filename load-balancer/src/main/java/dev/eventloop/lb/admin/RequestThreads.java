package dev.eventloop.lb.admin;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that answer requests, with a time limit for each request. The JDK's HTTP server reads
 * and writes on these threads and blocks for as long as the client is slow; an interrupt closes the
 * channel it blocks on ({@link java.nio.channels.InterruptibleChannel}). The server's own limits
 * are system properties of the whole JVM, which a library should not set.
 */
final class RequestThreads implements Executor, AutoCloseable {
    private static final int THREADS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(RequestThreads.class);

    /** The most requests that wait for a thread; connections of further requests are closed. */
    private static final int WAITING = 256;

    /** The time limit of a request, from its first byte to the last byte of the response. */
    private static final int LIMIT_SECONDS = 5;

    private final ThreadPoolExecutor threads;
    private final ScheduledExecutorService limits;

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
        this.limits = Executors.newSingleThreadScheduledExecutor(daemons);
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(new Limited(task));
    }

    @Override
    public void close() {
        threads.shutdownNow();
        limits.shutdownNow();
    }

    /** A task that is interrupted at its time limit; later tasks on the thread are not. */
    private final class Limited implements Runnable {
        private final Runnable task;
        private Thread thread;

        Limited(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            begin();
            ScheduledFuture<?> limit = limits.schedule(this::stop, LIMIT_SECONDS, TimeUnit.SECONDS);
            try {
                task.run();
            } catch (Throwable e) { // the pool replaces a thread that ends, but the process may not
                LOG.error("a request to the admin port failed", e);
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
            // Clears a late interrupt for the next task, but keeps the pool's own from shutdownNow.
            if (Thread.interrupted() && threads.isShutdown()) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
