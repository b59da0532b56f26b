package dev.eventloop.lb.frontend;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.ListeningSocket;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Arranges the sockets that another process has opened at one address for the workers of this one.
 * If there are more listeners than workers, or they are shared, several {@link ListenSockets} stand
 * for them, and every worker accepts from each.
 */
public final class InheritedListeners {
    private InheritedListeners() {}

    /**
     * Takes them over.
     *
     * @param inherited at least one; the result owns their fds, also if this fails
     * @param configured the address in the configuration
     * @param count of the workers
     * @throws ErrnoException EMFILE; then they are closed
     */
    public static List<ListenSockets> take(
            Sockets sockets,
            List<ListeningSocket> inherited,
            InetSocketAddress configured,
            int count,
            AcceptMode mode)
            throws ErrnoException {
        List<ListenSockets> all = new ArrayList<>();
        try {
            for (ListeningSocket each : inherited) {
                List<Integer> left = each.fds();
                while (!left.isEmpty()) {
                    boolean isShared = each.isShared() || !all.isEmpty();
                    ListenSockets next =
                            new ListenSockets(
                                    sockets, configured, count, mode, each.v6Only(), isShared);
                    all.add(next);
                    int end = Math.min(left.size(), next.most());
                    next.inherit(each.address(), left.subList(0, end));
                    left = left.subList(end, left.size());
                }
            }
            return all;
        } catch (ErrnoException e) {
            all.forEach(ListenSockets::closeUntaken);
            throw e;
        }
    }
}
