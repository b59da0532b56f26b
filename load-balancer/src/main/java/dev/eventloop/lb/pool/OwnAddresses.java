package dev.eventloop.lb.pool;

import java.net.SocketAddress;

/** Which addresses are the load balancer's: it would connect to itself without end. */
public interface OwnAddresses {
    /**
     * What a connection to this address would reach, such as {@code "frontend web listens on
     * 0.0.0.0:80"}; null if it leaves the load balancer.
     */
    String reachedAt(SocketAddress address);

    /**
     * Refuses a backend that is the load balancer itself.
     *
     * @throws IllegalArgumentException with a sentence
     */
    default void refuse(String name, SocketAddress address) {
        String reached = reachedAt(address);
        if (reached != null) {
            throw new IllegalArgumentException(isItself(name, reached));
        }
    }

    /**
     * The sentence that refuses a backend.
     *
     * @param reached see {@link #reachedAt}
     */
    static String isItself(String name, String reached) {
        return "backend "
                + name
                + " is the load balancer itself, whose "
                + reached
                + "; give the address of a server";
    }
}
