package dev.eventloop.lb.runtime;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.frontend.Bind;
import dev.eventloop.lb.frontend.Frontend;
import dev.eventloop.lb.frontend.FrontendSettings;
import dev.eventloop.lb.frontend.ListenSockets;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running frontend: its listening sockets, one per address and worker. */
public final class FrontendService {
    private static final Logger LOG = LoggerFactory.getLogger(FrontendService.class);

    private static final class Listener {
        /** As it was configured: its port may be 0. */
        private final InetSocketAddress configured;

        private final Bind bind;

        /** One per worker; -1 once the worker has taken it. */
        private final int[] fds;

        /** The bind of a removed frontend, whose sockets become this one's; null for none. */
        private final Bind adopted;

        Listener(InetSocketAddress configured, Bind bind, int[] fds, Bind adopted) {
            this.configured = configured;
            this.bind = bind;
            this.fds = fds;
            this.adopted = adopted;
        }

        /** Hands the fd of a worker over to it. */
        int take(int number) {
            int fd = fds[number];
            fds[number] = -1;
            return fd;
        }
    }

    private final Frontend frontend;
    private final Sockets sockets;
    private final List<Listener> listeners = new ArrayList<>();

    private FrontendService(Frontend frontend, Sockets sockets) {
        this.frontend = frontend;
        this.sockets = sockets;
    }

    /**
     * Opens the listening sockets; no worker accepts yet.
     *
     * @param workers how many there are
     * @param removed frontends that are about to be removed: their sockets are taken over where the
     *     address is the same, so that no connection is refused in between
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL …, with a sentence for the user;
     *     then nothing is open
     */
    public static FrontendService open(
            Frontend frontend, Sockets sockets, int workers, List<FrontendService> removed)
            throws ErrnoException {
        FrontendService service = new FrontendService(frontend, sockets);
        try {
            service.listen(workers, removed);
        } catch (ErrnoException | RuntimeException | Error e) {
            service.abandon();
            throw e;
        }
        return service;
    }

    private void listen(int workers, List<FrontendService> removed) throws ErrnoException {
        FrontendSettings settings = frontend.settings();
        List<InetSocketAddress> real = new ArrayList<>();
        for (InetSocketAddress address : settings.addresses()) {
            Bind adopted = adopt(address, removed);
            if (adopted != null) {
                listeners.add(
                        new Listener(
                                address,
                                new Bind(frontend, adopted.address()),
                                new int[0],
                                adopted));
                real.add(adopted.address());
                continue;
            }
            boolean v6Only = ListenSockets.needsV6Only(address, settings.addresses());
            int[] fds =
                    ListenSockets.open(sockets, address, workers, settings.acceptMode(), v6Only);
            InetSocketAddress bound = sockets.localAddress(fds[0]);
            listeners.add(new Listener(address, new Bind(frontend, bound), fds, null));
            real.add(bound);
        }
        frontend.listensOn(real);
    }

    /** The bind of a removed frontend that accepts in the same way at this address; or null. */
    private Bind adopt(InetSocketAddress address, List<FrontendService> removed) {
        for (FrontendService other : removed) {
            boolean alike =
                    other.frontend.settings().acceptMode() == frontend.settings().acceptMode();
            for (Listener listener : other.listeners) {
                if (alike && address.getPort() != 0 && listener.configured.equals(address)) {
                    return listener.bind;
                }
            }
        }
        return null;
    }

    /**
     * Lets a worker accept from its listeners. Before its loop runs, or on it.
     *
     * @param number of the worker
     */
    public void acceptOn(Worker worker, int number) throws ErrnoException {
        for (Listener listener : listeners) {
            if (listener.adopted != null) {
                worker.rebind(listener.adopted, listener.bind);
            } else {
                worker.accept(listener.bind, listener.take(number));
            }
        }
    }

    /** Lets all workers accept, on their loops. Logs failures. */
    public void acceptOnAll(Workers workers) {
        for (int i = 0; i < workers.size(); i++) {
            int number = i;
            Worker worker = workers.all().get(i);
            worker.execute(
                    () -> {
                        try {
                            acceptOn(worker, number);
                        } catch (ErrnoException e) {
                            LOG.error("a thread cannot accept for frontend {}", frontend.name(), e);
                        }
                    });
        }
    }

    /** Closes the sockets that no worker has taken. */
    public void abandon() {
        for (Listener listener : listeners) {
            for (int i = 0; i < listener.fds.length; i++) {
                int fd = listener.take(i);
                if (fd >= 0) {
                    sockets.close(fd);
                }
            }
        }
    }

    public Frontend frontend() {
        return frontend;
    }
}
