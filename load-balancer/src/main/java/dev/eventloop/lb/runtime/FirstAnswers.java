package dev.eventloop.lb.runtime;

import dev.eventloop.lb.Durations;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first answers of sources, which a start or a reload waits for, so that the first clients of a
 * new pool find its backends. The time is short, because nothing else goes on meanwhile: a pool
 * whose names have no answer by then gets its backends later. Any thread.
 */
public final class FirstAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(FirstAnswers.class);

    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Duration patience;
    private CompletableFuture<Void> expected = CompletableFuture.completedFuture(null);

    /**
     * @param patience for all answers together
     */
    public FirstAnswers(Duration patience) {
        this.patience = patience;
    }

    /** {@link #await} waits for this as well. */
    public synchronized void expect(CompletableFuture<Void> answer) {
        expected = CompletableFuture.allOf(expected, answer);
    }

    /** Waits for all that is expected, unless it takes too long, or is over. */
    public void await() {
        try {
            CompletableFuture.anyOf(taken(), over).get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            LOG.warn(
                    "some names of backends have no answer after {}; their pools get these backends"
                            + " when the answers come",
                    Durations.toString(patience));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized CompletableFuture<Void> taken() {
        CompletableFuture<Void> all = expected;
        expected = CompletableFuture.completedFuture(null);
        return all;
    }

    /** The load balancer ends: nobody waits any more. */
    public void end() {
        over.complete(null);
    }

    public boolean isOver() {
        return over.isDone();
    }
}
