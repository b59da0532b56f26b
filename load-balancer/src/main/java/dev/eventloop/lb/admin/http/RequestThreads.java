package dev.eventloop.lb.admin.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads for requests that may take time, such as one that looks a host up. */
final class RequestThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestThreads.class);

    private static final int THREADS = 8;

    private final ThreadPoolExecutor threads;

    /**
     * @param waiting the most requests that wait for a thread
     */
    RequestThreads(String name, int waiting) {
        this.threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(waiting),
                        task -> {
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs it on one of the threads; false if too many requests wait already. */
    boolean tryExecute(Runnable task) {
        try {
            threads.execute(() -> run(task));
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // the pool replaces a thread that ends, but the process may not
            LOG.error("a request to the admin port failed", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
