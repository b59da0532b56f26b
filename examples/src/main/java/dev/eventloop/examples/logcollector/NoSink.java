package dev.eventloop.examples.logcollector;

/** Lines live in the ring alone. */
final class NoSink implements Sink {
    @Override
    public void take(Chunk[] chunks, int count) {}

    @Override
    public void giveUp() {}

    @Override
    public String describe() {
        return "memory";
    }

    @Override
    public void close() {}
}
