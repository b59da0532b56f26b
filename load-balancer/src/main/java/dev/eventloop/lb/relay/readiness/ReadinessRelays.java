package dev.eventloop.lb.relay.readiness;

import dev.eventloop.EventLoop;
import dev.eventloop.lb.relay.Relay;
import dev.eventloop.lb.relay.TransferMemory;
import dev.eventloop.net.Sockets;

/** Makes the relays of one thread, and has what they share. */
public final class ReadinessRelays implements Relay.Factory {
    private final EventLoop loop;
    private final Sockets sockets;
    private final Interests interests;
    private final CopyTransfer copy;
    private final SpliceTransfer splice;

    public ReadinessRelays(EventLoop loop, Sockets sockets, TransferMemory memory) {
        this.loop = loop;
        this.sockets = sockets;
        this.interests = new Interests(loop.capabilities());
        this.copy = new CopyTransfer(sockets, memory);
        this.splice = new SpliceTransfer(memory);
    }

    @Override
    public Relay create(Relay.Listener listener) {
        return new ReadinessRelay(listener, this);
    }

    EventLoop loop() {
        return loop;
    }

    Sockets sockets() {
        return sockets;
    }

    Interests interests() {
        return interests;
    }

    CopyTransfer copy() {
        return copy;
    }

    SpliceTransfer splice() {
        return splice;
    }
}
