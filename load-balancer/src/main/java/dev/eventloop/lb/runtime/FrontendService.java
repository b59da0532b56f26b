package dev.eventloop.lb.runtime;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.InheritedSockets;
import dev.eventloop.lb.ListeningSocket;
import dev.eventloop.lb.access.Reach;
import dev.eventloop.lb.frontend.Bind;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.frontend.InheritedListeners;
import dev.eventloop.lb.frontend.ListenSockets;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running frontend, and the listening sockets of each of its addresses. */
public final class FrontendService {
    private static final Logger LOG = LoggerFactory.getLogger(FrontendService.class);

    private record Listener(Bind bind, ListenSockets sockets) {}

    private final Frontend frontend;
    private final Sockets sockets;

    /** One per address; a frontend that takes an address over removes it here. */
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    private FrontendService(Frontend frontend, Sockets sockets) {
        this.frontend = frontend;
        this.sockets = sockets;
    }

    /**
     * Binds the sockets: clients are refused until {@link #listen}.
     *
     * @param workers how many there are
     * @param inherited sockets of another process, to take over where the address is the same
     * @param removed frontends that are removed, or about to be: where the address is the same,
     *     their sockets are taken over, so that no client is refused in between
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL …, with a sentence for the user;
     *     then nothing is open
     */
    public static FrontendService bind(
            Frontend frontend,
            Sockets sockets,
            int workers,
            InheritedSockets inherited,
            List<FrontendService> removed)
            throws ErrnoException {
        FrontendService service = new FrontendService(frontend, sockets);
        try {
            service.bind(workers, inherited, removed);
        } catch (ErrnoException | RuntimeException | Error e) {
            service.abandon();
            throw e;
        }
        return service;
    }

    private void bind(int workers, InheritedSockets inherited, List<FrontendService> removed)
            throws ErrnoException {
        FrontendSettings settings = frontend.settings();
        for (InetSocketAddress address : settings.addresses()) {
            boolean v6Only = Reach.needsV6Only(address, settings.addresses());
            ListenSockets claimed = claim(address, v6Only, removed);
            List<ListenSockets> found =
                    claimed != null ? List.of(claimed) : open(address, v6Only, workers, inherited);
            Bind bind = new Bind(frontend, found.get(0).address());
            found.forEach(each -> listeners.add(new Listener(bind, each)));
        }
        frontend.listensOn(listeners.stream().map(l -> l.bind.address()).distinct().toList());
    }

    /** Takes over the sockets of another process at this address, or binds one. */
    private List<ListenSockets> open(
            InetSocketAddress address, boolean v6Only, int workers, InheritedSockets inherited)
            throws ErrnoException {
        AcceptMode mode = frontend.settings().acceptMode();
        List<ListeningSocket> taken = inherited.take(frontend.name(), address, v6Only);
        return taken.isEmpty()
                ? List.of(ListenSockets.bind(sockets, address, workers, mode, v6Only))
                : InheritedListeners.take(sockets, taken, address, workers, mode);
    }

    /** The sockets at this address of a removed frontend that accepted in the same way; or null. */
    private ListenSockets claim(
            InetSocketAddress address, boolean v6Only, List<FrontendService> removed)
            throws ErrnoException {
        AcceptMode mode = frontend.settings().acceptMode();
        for (FrontendService other : removed) {
            for (Listener listener : other.listeners) {
                if (listener.sockets.isAt(address, mode, v6Only) && listener.sockets.claim()) {
                    return listener.sockets;
                }
            }
        }
        return null;
    }

    /**
     * Listens at all addresses; no worker accepts yet.
     *
     * @throws ErrnoException EADDRINUSE, with a sentence for the user
     */
    public void listen() throws ErrnoException {
        for (Listener listener : listeners) {
            listener.sockets.listen();
        }
    }

    /** Lets a worker accept, before its loop runs. */
    public void acceptOn(Worker worker) throws ErrnoException {
        acceptOn(worker, listeners);
    }

    private static void acceptOn(Worker worker, List<Listener> listeners) throws ErrnoException {
        for (Listener listener : listeners) {
            worker.accept(listener.bind, listener.sockets);
        }
    }

    /**
     * Lets all workers accept, on their loops. Logs failures.
     *
     * @param removed as for {@link #bind}; they no longer have the sockets that were taken over
     */
    public void acceptOnAll(Workers workers, List<FrontendService> removed) {
        for (FrontendService other : removed) {
            other.listeners.removeIf(theirs -> has(theirs.sockets));
        }
        List<Listener> own = List.copyOf(listeners); // which others may have taken over by then
        workers.onEach(
                worker -> {
                    try {
                        acceptOn(worker, own);
                    } catch (ErrnoException e) {
                        LOG.error("a thread cannot accept for frontend {}", frontend.name(), e);
                    }
                });
    }

    private boolean has(ListenSockets wanted) {
        return listeners.stream().anyMatch(own -> own.sockets == wanted);
    }

    /** Gives up before any worker accepts: closes what it has bound. */
    public void abandon() {
        listeners.forEach(listener -> listener.sockets.unclaim());
    }

    /** Closes the sockets that no worker has taken. After the workers have ended. */
    public void close() {
        listeners.forEach(listener -> listener.sockets.closeUntaken());
    }

    /** Its sockets, for another process that takes them over. */
    public List<ListeningSocket> sockets() {
        return listeners.stream()
                .filter(listener -> !listener.sockets.isClosed())
                .map(listener -> listener.sockets.describe(frontend.name()))
                .toList();
    }

    /** Whether it was removed, and all its sockets are closed or were taken over. */
    public boolean isClosed() {
        return listeners.stream().allMatch(listener -> listener.sockets.isClosed());
    }

    public Frontend frontend() {
        return frontend;
    }
}
