package dev.eventloop.examples.logcollector;

import dev.eventloop.EventLoop;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Searches the ring on a thread of its own, so that no question holds up lines: a step for each who
 * asks, in turn.
 */
final class Librarian implements Runnable {
    private final EventLoop loop;
    private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
    private final byte[] block = new byte[Chunk.SIZE];
    private final Thread thread = new Thread(this, "librarian");
    private volatile boolean stopping;

    /**
     * @param loop whose askers they are
     */
    Librarian(EventLoop loop) {
        this.loop = loop;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Fills this one's answer, and tells the loop. */
    void search(Asker asker) {
        steps.add(
                () -> {
                    asker.found = asker.search.step(asker.answer, block);
                    loop.execute(asker.onFilled);
                });
    }

    void stop() {
        stopping = true;
        steps.add(() -> {});
    }

    void awaitEnd() throws InterruptedException {
        thread.join();
    }

    @Override
    public void run() {
        try {
            while (!stopping) {
                steps.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
