package dev.eventloop.examples.httpproxy;

import dev.eventloop.EventLoop;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds the addresses of names. The C library can only be asked and waited for, so that is done on
 * a few threads beside the loop; the answer comes back as a task of the loop.
 */
final class Resolver implements AutoCloseable {
    private static final int WAITING = 1_000;

    private final EventLoop loop;
    private final ThreadPoolExecutor threads;

    Resolver(EventLoop loop, int threadCount) {
        this.loop = loop;
        threads =
                new ThreadPoolExecutor(
                        threadCount,
                        threadCount,
                        1,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING),
                        task -> {
                            Thread thread = new Thread(task, "resolver");
                            thread.setDaemon(true); // nobody waits for a name server at the end
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Asks for a name.
     *
     * @param answer told on the loop's thread, unless the loop is closed before; none is unknown
     * @return false if too many wait already
     */
    boolean resolve(String host, Consumer<List<InetAddress>> answer) {
        try {
            threads.execute(
                    () -> {
                        List<InetAddress> found = lookUp(host);
                        try {
                            loop.execute(() -> answer.accept(found));
                        } catch (IllegalStateException e) {
                            // the loop is closed, and nobody waits for this any more
                        }
                    });
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
