package dev.eventloop.lb;

/** How the threads of a load balancer share the clients who come. */
public enum AcceptMode {
    /**
     * A listener for each thread; the system gives each its share of the connections
     * (SO_REUSEPORT), however busy it is. Where it can't do that they share one listener, and each
     * connection wakes all who are asleep.
     */
    REUSEPORT,

    /**
     * One listener; a connection wakes one of the threads that are asleep, or all of them where the
     * event backend has no exclusive registrations. Epoll has.
     */
    EXCLUSIVE
}
