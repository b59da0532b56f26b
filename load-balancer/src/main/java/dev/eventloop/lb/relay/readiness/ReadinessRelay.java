package dev.eventloop.lb.relay.readiness;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.Splice;
import dev.eventloop.lb.relay.Direction;
import dev.eventloop.lb.relay.Outcome;
import dev.eventloop.lb.relay.Relay;
import dev.eventloop.net.NativeBuffer;

/**
 * A relay over a loop that reports readiness: epoll, kqueue, poll or select. Two {@link Flow}s; the
 * source of one is the sink of the other.
 */
final class ReadinessRelay implements Relay {
    private final ReadinessRelays thread;
    private final Flow up;
    private final Flow down;

    ReadinessRelay(Listener listener, ReadinessRelays thread) {
        this.thread = thread;
        this.up = new Flow(listener, Direction.UP, thread);
        this.down = new Flow(listener, Direction.DOWN, thread);
    }

    private Flow flow(Direction direction) {
        return direction == Direction.UP ? up : down;
    }

    @Override
    public void begin(int clientFd) {
        up.openSource(clientFd, Splice.OFF);
        down.openSink(clientFd, true); // inherited from the listener
        up.openSink(-1, false);
    }

    @Override
    public void begin(int backendFd, Splice splice) {
        up.openSource(up.source(), splice);
        down.openSource(backendFd, splice);
        up.openSink(backendFd, false);
    }

    @Override
    public int clientFd() {
        return up.source();
    }

    @Override
    public int backendFd() {
        return down.source();
    }

    @Override
    public void watch(Direction source, int interest) throws ErrnoException {
        flow(source).watch(interest);
    }

    @Override
    public void watchForFailure(Direction source) throws ErrnoException {
        if (reportsFailures()) {
            flow(source).watch(thread.interests().failure());
        }
    }

    @Override
    public void watchForBytes(Direction source) throws ErrnoException {
        flow(source).watch(flow(source).readInterest());
    }

    @Override
    public void unwatch(Direction source) throws ErrnoException {
        flow(source).unwatch();
    }

    @Override
    public void beginWith(Direction direction, NativeBuffer buffer) {
        flow(direction).pending = buffer;
    }

    @Override
    public int start(int events) throws ErrnoException {
        down.updateInterest(up.isBlocked());
        return up.isBlocked() ? flush(Direction.UP, events) : pump(Direction.UP, events);
    }

    @Override
    public int pump(Direction direction, int events) throws ErrnoException {
        int outcome = flow(direction).pump(events);
        if (outcome == Outcome.BLOCKED) {
            updateInterests();
        }
        return outcome;
    }

    @Override
    public int flush(Direction direction) throws ErrnoException {
        return flush(direction, 0);
    }

    private int flush(Direction direction, int events) throws ErrnoException {
        Flow flow = flow(direction);
        boolean wasBlocked = flow.isBlocked();
        int outcome = flow.flush(events);
        if (wasBlocked && Outcome.goesOn(outcome)) {
            updateInterests();
        }
        return outcome;
    }

    @Override
    public void shutdown(Direction direction) throws ErrnoException {
        thread.sockets().shutdownWrite(flow(direction).sink());
        updateInterests();
    }

    @Override
    public int drainAfterReset(Direction direction) throws ErrnoException {
        flow(direction).unwatch(); // the loop would report it for ever
        flow(direction.opposite()).abandon();
        return flow(direction).drainAfterReset();
    }

    @Override
    public int lookForFailure(Direction direction) {
        return flow(direction).lookForFailure();
    }

    @Override
    public boolean isGone(Direction direction) {
        return !thread.sockets().isConnected(flow(direction).source());
    }

    @Override
    public boolean reportsFailures() {
        return thread.interests().failure() != 0;
    }

    @Override
    public int unacknowledged(Direction direction) {
        return thread.sockets().unacknowledged(flow(direction).sink());
    }

    @Override
    public void updateInterests() throws ErrnoException {
        up.updateInterest(down.isBlocked());
        down.updateInterest(up.isBlocked());
    }

    @Override
    public long bytes(Direction direction) {
        return flow(direction).bytes();
    }

    @Override
    public void closeBackend() {
        down.close(false);
    }

    @Override
    public boolean close() {
        boolean clientMissesBytes = down.hasMore();
        boolean backendMissesBytes = up.hasMore();
        return close(clientMissesBytes, backendMissesBytes);
    }

    @Override
    public boolean reset() {
        return close(true, true);
    }

    private boolean close(boolean resetClient, boolean resetBackend) {
        try {
            up.close(resetClient);
        } finally {
            down.close(resetBackend);
        }
        return true;
    }
}
