package dev.eventloop.lb;

import dev.eventloop.lb.access.SourceLimits;
import dev.eventloop.lb.upstream.Upstream;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/** What the workers of one load balancer have in common. */
final class Shared {
    private final Sockets sockets;
    private final LongSupplier nanoClock;
    private final Clock wallClock;
    private final Upstream upstream;
    private final ClientSlots slots;
    private final SourceLimits sourceLimits;
    private final InetSocketAddress address;
    private final Counters counters = new Counters();
    private final List<ConnectionListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Settings settings;

    /**
     * @param address that is listened on
     */
    Shared(
            Settings settings,
            Surroundings surroundings,
            Upstream upstream,
            ClientSlots slots,
            InetSocketAddress address) {
        this.settings = settings;
        this.sockets = surroundings.sockets();
        this.nanoClock = surroundings.nanoClock();
        this.wallClock = surroundings.wallClock();
        this.upstream = upstream;
        this.slots = slots;
        this.sourceLimits = new SourceLimits(settings.sourceLimits());
        this.address = address;
    }

    /** As they are now. */
    Settings settings() {
        return settings;
    }

    void change(Settings settings) {
        this.settings = settings;
        sourceLimits.change(settings.sourceLimits());
    }

    Sockets sockets() {
        return sockets;
    }

    /** Nanoseconds of any origin. */
    LongSupplier nanoClock() {
        return nanoClock;
    }

    Clock wallClock() {
        return wallClock;
    }

    Upstream upstream() {
        return upstream;
    }

    ClientSlots slots() {
        return slots;
    }

    SourceLimits sourceLimits() {
        return sourceLimits;
    }

    InetSocketAddress address() {
        return address;
    }

    Counters counters() {
        return counters;
    }

    /** May change at any time; iterating sees them as they were when it began. */
    List<ConnectionListener> listeners() {
        return listeners;
    }
}
