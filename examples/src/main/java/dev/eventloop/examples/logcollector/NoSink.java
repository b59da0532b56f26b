package dev.eventloop.examples.logcollector;

/** Stores nothing: lines are in the ring only. */
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
