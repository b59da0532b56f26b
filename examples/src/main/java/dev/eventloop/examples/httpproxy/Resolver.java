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
 * Resolves names. The C library's resolver blocks, so a few threads call it; the answer comes back
 * as a task of the loop.
 */
final class Resolver implements AutoCloseable {
    static final int WAITING = 1_000;

    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final String ADDRESS = "(" + BYTE + "\\.){3}" + BYTE + "|[0-9a-f:]*:[0-9a-f:.]*";

    private final EventLoop loop;
    private final Function<String, List<InetAddress>> names;
    private final ThreadPoolExecutor threads;

    /**
     * @param names the resolver to call, which may block: {@link #system}
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
                            thread.setDaemon(true); // do not wait for a name server at exit
                            return thread;
                        });
        threads.allowCoreThreadTimeOut(true);
    }

    /** The addresses from this machine's resolver; empty if the name is unknown. */
    static List<InetAddress> system(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    /**
     * Looks up a name. An address literal needs no name server, so it does not queue behind names.
     *
     * @param answer called later on the loop's thread, unless the loop is closed first; with no
     *     address if the name is unknown
     * @return null if too many lookups are pending
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

    /** A pending lookup. */
    final class Question implements Runnable {
        private final String host;
        private final Consumer<List<InetAddress>> answer;

        /** Used by the loop's thread only. */
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
                // the loop is closed, so the answer is no longer needed
            }
        }

        private void tell(List<InetAddress> found) {
            if (!cancelled) {
                answer.accept(found);
            }
        }

        /**
         * Cancels the lookup. If it has not started it leaves the queue: cancelled lookups must not
         * delay the others when a name server is slow.
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
