package dev.eventloop.benchmarks.pipes;

import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A loop on a separate thread that runs other threads' tasks and waits in between. */
public interface TaskLoop {
    /**
     * Starts a loop, which then waits.
     *
     * @param loop as in {@link WatchedPipes#open}
     */
    static TaskLoop start(String loop) throws IOException {
        return switch (loop) {
            case WatchedPipes.NIO -> new OfSelector();
            case WatchedPipes.NETTY -> new OfNetty();
            default -> new OfEventLoop(loop);
        };
    }

    /** Runs a task on the loop's thread. Callable from any thread. */
    void execute(Runnable task);

    /** Ends the thread. */
    void close() throws IOException, InterruptedException;

    /** An {@link EventLoop}. */
    final class OfEventLoop implements TaskLoop {
        private final EventLoop loop;
        private final Thread thread;

        OfEventLoop(String backend) throws IOException {
            loop = EventLoop.create(EventLoopOptions.defaults().backend(backend));
            thread = new Thread(this::run, "loop");
            thread.start();
        }

        private void run() {
            try (loop) {
                loop.runUntilStopped();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void close() throws InterruptedException {
            loop.stop();
            thread.join();
        }
    }

    /** A {@link Selector} with a task queue, the usual construction. */
    final class OfSelector implements TaskLoop {
        private final Selector selector = Selector.open();
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        private final Thread thread = new Thread(this::run, "selector");

        OfSelector() throws IOException {
            thread.start();
        }

        private void run() {
            try {
                while (selector.isOpen()) {
                    selector.select(ready -> {});
                    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                        task.run();
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            selector.wakeup();
        }

        @Override
        public void close() throws InterruptedException {
            execute(
                    () -> {
                        try {
                            selector.close();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
            thread.join();
        }
    }

    /** Netty's loop. */
    final class OfNetty implements TaskLoop {
        private final MultiThreadIoEventLoopGroup loop =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void close() throws InterruptedException {
            loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
        }
    }
}
