package dev.eventloop.lb;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * The listening sockets of one address of a frontend, for another process that takes them over, or
 * from one: {@link LoadBalancer#listeningSockets} and {@link InheritedSockets}.
 *
 * @param frontend its name; with a service manager the name that it gave the socket
 * @param configured the address in the configuration, whose port may be 0; null if a service
 *     manager has opened the socket
 * @param address where it listens
 * @param v6Only whether it is an IPv6 socket that takes no IPv4 clients
 * @param isShared whether the fds are one socket, from whose backlog all threads accept; otherwise
 *     each is a listener of its own, with SO_REUSEPORT
 * @param fds at least one
 */
public record ListeningSocket(
        String frontend,
        InetSocketAddress configured,
        InetSocketAddress address,
        boolean v6Only,
        boolean isShared,
        List<Integer> fds) {
    public ListeningSocket {
        fds = List.copyOf(fds);
    }

    /** With other fds of the same sockets, as they are in another process. */
    public ListeningSocket with(List<Integer> otherFds) {
        return new ListeningSocket(frontend, configured, address, v6Only, isShared, otherFds);
    }
}
