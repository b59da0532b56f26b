package dev.eventloop.lb;

import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Listening sockets that this process has got from another one: the load balancer before it, or a
 * service manager. A frontend takes those of its address in place of binding, so that no client is
 * refused in between. Any thread.
 */
public final class InheritedSockets implements AutoCloseable {
    private final List<ListeningSocket> left;

    /**
     * @param all with fds of this process, which are non-blocking and close-on-exec
     */
    public InheritedSockets(List<ListeningSocket> all) {
        this.left = new ArrayList<>(all);
    }

    /** None: every frontend binds. */
    public static InheritedSockets none() {
        return new InheritedSockets(List.of());
    }

    /**
     * Takes the sockets for an address of a frontend, which the caller then owns; empty if there
     * are none.
     *
     * @param frontend its name
     * @param configured its address; with port 0 the same frontend must have had it
     * @param v6Only whether it may take no IPv4 clients
     */
    public synchronized List<ListeningSocket> take(
            String frontend, InetSocketAddress configured, boolean v6Only) {
        ListeningSocket found = find(frontend, configured, v6Only);
        List<ListeningSocket> taken = new ArrayList<>();
        Iterator<ListeningSocket> rest = left.iterator();
        while (found != null && rest.hasNext()) {
            ListeningSocket next = rest.next();
            if (next.address().equals(found.address())) {
                taken.add(next);
                rest.remove();
            }
        }
        return taken;
    }

    private ListeningSocket find(String frontend, InetSocketAddress configured, boolean v6Only) {
        for (ListeningSocket socket : left) {
            boolean isSame =
                    socket.address().equals(configured)
                            || (configured.equals(socket.configured())
                                    && frontend.equals(socket.frontend()));
            if (isSame && socket.v6Only() == v6Only) {
                return socket;
            }
        }
        return findOfServiceManager(frontend, configured);
    }

    /**
     * A service manager names a socket after the frontend, or leaves the name out; its {@code
     * ListenStream=PORT} is a socket on {@code ::} that takes IPv4 clients, too.
     */
    private ListeningSocket findOfServiceManager(String frontend, InetSocketAddress configured) {
        for (ListeningSocket socket : left) {
            boolean isWildcard =
                    socket.address().getAddress().isAnyLocalAddress()
                            && configured.getAddress().isAnyLocalAddress()
                            && socket.address().getPort() == configured.getPort();
            if (socket.configured() == null && (frontend.equals(socket.frontend()) || isWildcard)) {
                return socket;
            }
        }
        return null;
    }

    /** Those that nobody has taken. */
    public synchronized List<ListeningSocket> left() {
        return List.copyOf(left);
    }

    /** Closes those that nobody has taken. */
    @Override
    public synchronized void close() {
        for (ListeningSocket socket : left) {
            socket.fds().forEach(Sockets.system()::close);
        }
        left.clear();
    }
}
