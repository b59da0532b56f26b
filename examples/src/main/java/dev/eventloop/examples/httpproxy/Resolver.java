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
import java.util.function.Function;

/**
 * Finds the addresses of names. The C library can only be asked and waited for, so that is done on
 * a few threads beside the loop; the answer comes back as a task of the loop.
 */
final class Resolver implements AutoCloseable {
    static final int WAITING = 1_000;

    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String ADDRESS = "(" + BYTE + "\\.){3}" + BYTE + "|[0-9a-f:]*:[0-9a-f:.]*";

    private final EventLoop loop;
    private final Function<String, List<InetAddress>> names;
    private final ThreadPoolExecutor threads;

    /**
     * @param names who is asked, and may take its time: {@link #system}
     */
    Resolver(EventLoop loop, int threadCount, Function<String, List<InetAddress>> names) {
        this.loop = loop;
        this.names = names;
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

    /** The addresses of a name as this machine knows them; none if it is unknown. */
    static List<InetAddress> system(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /**
     * Asks for a name. What is an address already has no name server to wait for.
     *
     * @param answer told on the loop's thread, later, unless the loop is closed before; none is
     *     unknown
     * @return null if too many wait already
     */
    Question ask(String host, Consumer<List<InetAddress>> answer) {
        Question question = new Question(host, answer);
        try {
            if (host.matches(ADDRESS)) {
                loop.execute(question);
            } else {
                threads.execute(question);
            }
            return question;
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** A name that is being looked up. */
    final class Question implements Runnable {
        private final String host;
        private final Consumer<List<InetAddress>> answer;

        /** Known to the loop's thread alone. */
        private boolean cancelled;

        private Question(String host, Consumer<List<InetAddress>> answer) {
            this.host = host;
            this.answer = answer;
        }

        @Override
        public void run() {
            List<InetAddress> found = names.apply(host);
            try {
                loop.execute(() -> tell(found));
            } catch (IllegalStateException e) {
                // the loop is closed, and nobody waits for this any more
            }
        }

        private void tell(List<InetAddress> found) {
            if (!cancelled) {
                answer.accept(found);
            }
        }

        /**
         * Nobody wants to know any more. If its turn has not come it makes room: those who have
         * given up on a slow name server must not keep the others waiting.
         */
        void cancel() {
            cancelled = true;
            threads.remove(this);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
