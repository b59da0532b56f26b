package dev.eventloop.lb.pool;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Where and when the tables of pools are built: not on the event loops. */
public interface Builds {
    /** On the calling thread, at once: for tests, and where nothing is relayed. */
    Builds INLINE =
            new Builds() {
                @Override
                public void now(Runnable build) {
                    build.run();
                }

                @Override
                public void soon(Runnable build) {
                    build.run();
                }
            };

    /** Builds, and waits for it, for a second at most. Not for event loops. */
    void now(Runnable build);

    /** Builds within some milliseconds, and does not wait. */
    void soon(Runnable build);

    /** Nanoseconds, of any origin, for {@link #later}. */
    default long nanoTime() {
        return System.nanoTime();
    }

    /** Makes a change after this time, on a thread that may wait for its build. Does not wait. */
    default void later(long nanos, Runnable change) {
        CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(change);
    }

    /**
     * On one thread of the process, a daemon that ends when it has had nothing to do for a time.
     */
    static Builds onOneThread() {
        return OneThread.OF_PROCESS;
    }

    /** See {@link #onOneThread}. */
    final class OneThread implements Builds {
        private static final Duration MOST_WAIT = Duration.ofSeconds(1);

        /** Changes that come sooner than this after a build share the next one. */
        private static final Duration REST = Duration.ofMillis(20);

        private static final Duration KEPT = Duration.ofSeconds(10);

        private static final OneThread OF_PROCESS = new OneThread(); // after what it needs

        private final ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "pick-tables");
                            thread.setDaemon(true);
                            return thread;
                        });

        /** When the last build that did not have to be at once began, or will. */
        private long lastBegin = System.nanoTime() - REST.toNanos();

        private OneThread() {
            executor.setKeepAliveTime(KEPT.toSeconds(), TimeUnit.SECONDS);
            executor.allowCoreThreadTimeOut(true);
        }

        @Override
        public void now(Runnable build) {
            Future<?> done = executor.submit(build);
            try {
                done.get(MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                return; // it is built all the same
            } catch (ExecutionException e) {
                throw new IllegalStateException("a pool could not be changed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void soon(Runnable build) {
            Future<?> unused = executor.schedule(build, delay(), TimeUnit.NANOSECONDS);
        }

        private synchronized long delay() {
            long now = System.nanoTime();
            long begin = now - lastBegin >= REST.toNanos() ? now : lastBegin + REST.toNanos();
            begin = lastBegin > now ? lastBegin : begin; // together with one that is due
            lastBegin = begin;
            return begin - now;
        }
    }
}
