package dev.eventloop.lb.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Adds the bytes of a worker's open connections to the counters when somebody asks. Several who ask
 * before the loop has come to it share the answer. Any thread.
 */
final class Settling {
    private final Worker worker;

    /** Null if nobody has asked since the loop last began to settle. */
    private final AtomicReference<CompletableFuture<Void>> asked = new AtomicReference<>();

    Settling(Worker worker) {
        this.worker = worker;
    }

    /** Completes when the loop has settled, or at once if the worker has ended. */
    CompletableFuture<Void> ask() {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> others = asked.compareAndExchange(null, mine);
        if (others != null) {
            return others;
        }
        if (!worker.execute(() -> settle(mine))) {
            asked.set(null);
            mine.complete(null);
        }
        return mine;
    }

    /** The loop is closed, and has dropped what was asked. */
    void end() {
        CompletableFuture<Void> last = asked.getAndSet(null);
        if (last != null) {
            last.complete(null);
        }
    }

    private void settle(CompletableFuture<Void> done) {
        asked.set(null); // who asks from now on wants later figures
        worker.settle();
        done.complete(null);
    }
}
