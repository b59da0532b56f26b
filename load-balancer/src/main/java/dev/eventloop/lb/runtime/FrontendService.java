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
        private final Bind bind;

        /** One per worker; -1 once the worker has taken it. */
        private final int[] fds;

        Listener(Bind bind, int[] fds) {
            this.bind = bind;
            this.fds = fds;
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
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL …, with a sentence for the user;
     *     then nothing is open
     */
    public static FrontendService open(Frontend frontend, Sockets sockets, int workers)
            throws ErrnoException {
        FrontendService service = new FrontendService(frontend, sockets);
        try {
            service.listen(workers);
        } catch (ErrnoException | RuntimeException | Error e) {
            service.abandon();
            throw e;
        }
        return service;
    }

    private void listen(int workers) throws ErrnoException {
        FrontendSettings settings = frontend.settings();
        List<InetSocketAddress> real = new ArrayList<>();
        for (InetSocketAddress address : settings.addresses()) {
            boolean v6Only = ListenSockets.needsV6Only(address, settings.addresses());
            int[] fds =
                    ListenSockets.open(sockets, address, workers, settings.acceptMode(), v6Only);
            InetSocketAddress bound = sockets.localAddress(fds[0]);
            listeners.add(new Listener(new Bind(frontend, bound), fds));
            real.add(bound);
        }
        frontend.listensOn(real);
    }

    /**
     * Lets a worker accept from its listeners. Before its loop runs, or on it.
     *
     * @param number of the worker
     */
    public void acceptOn(Worker worker, int number) throws ErrnoException {
        for (Listener listener : listeners) {
            worker.accept(listener.bind, listener.take(number));
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
