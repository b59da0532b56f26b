package dev.eventloop.lb;

/** How the threads of a load balancer share incoming connections. */
public enum AcceptMode {
    /**
     * One listener per thread: the kernel distributes connections over them (SO_REUSEPORT),
     * regardless of how busy a thread is. Where the kernel cannot do that, the threads share one
     * listener, and each connection wakes all waiting threads.
     */
    REUSEPORT,

    /**
     * One listener; a connection wakes one waiting thread, or all of them if the event backend has
     * no exclusive registrations. Epoll has: EPOLLEXCLUSIVE in epoll_ctl(2).
     */
    EXCLUSIVE
}
