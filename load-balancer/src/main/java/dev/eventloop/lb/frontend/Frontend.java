package dev.eventloop.lb.frontend;

import dev.eventloop.lb.pool.Pool;
import dev.eventloop.lb.preface.RouteTable;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A frontend: a name, one or more listen addresses, the clients it admits, and routes from their
 * ClientHello to a pool. Shared by all threads.
 */
public final class Frontend {
    private final String name;
    private final ClientSlots slots;
    private final Admission admission;
    private final Counters counters;
    private List<InetSocketAddress> addresses = List.of();
    private volatile FrontendSettings settings;
    private volatile RouteTable<Pool> routes;

    /**
     * @param slots for clients, of this frontend or shared with others
     * @param admission of this frontend; so are the counters
     * @param counters of this frontend, perhaps from an earlier one of this name
     */
    public Frontend(
            String name,
            FrontendSettings settings,
            RouteTable<Pool> routes,
            ClientSlots slots,
            Admission admission,
            Counters counters) {
        this.name = name;
        this.settings = settings;
        this.routes = routes;
        this.slots = slots;
        this.counters = counters;
        this.admission = admission;
    }

    /** Replaces the settings that may change at run time, for new connections. */
    public void change(FrontendSettings settings, RouteTable<Pool> routes) {
        this.settings = settings.withFixedOf(this.settings);
        this.routes = routes;
        admission.change(settings);
    }

    public String name() {
        return name;
    }

    /** The current ones. */
    public FrontendSettings settings() {
        return settings;
    }

    /** The current ones. */
    public RouteTable<Pool> routes() {
        return routes;
    }

    public ClientSlots slots() {
        return slots;
    }

    public Admission admission() {
        return admission;
    }

    public Counters counters() {
        return counters;
    }

    /** The addresses that are listened on, with their real ports. Before the threads start. */
    public void listensOn(List<InetSocketAddress> addresses) {
        this.addresses = List.copyOf(addresses);
    }

    /** The addresses that are listened on, with their real ports. */
    public List<InetSocketAddress> addresses() {
        return addresses;
    }
}
