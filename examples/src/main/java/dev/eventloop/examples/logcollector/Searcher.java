package dev.eventloop.examples.logcollector;

import dev.eventloop.EventLoop;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Searches the ring on a separate thread, so that no query delays lines: one step per query client,
 * in turn.
 */
final class Searcher implements Runnable {
    private final EventLoop loop;
    private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
    private final byte[] block = new byte[Chunk.SIZE];
    private final Thread thread = new Thread(this, "searcher");
    private volatile boolean stopping;

    /**
     * @param loop the loop that owns the query clients
     */
    Searcher(EventLoop loop) {
        this.loop = loop;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Fills this client's answer, and notifies the loop. */
    void search(QueryClient client) {
        steps.add(
                () -> {
                    client.found = client.search.step(client.answer, block);
                    loop.execute(client.onFilled);
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
