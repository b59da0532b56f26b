package dev.eventloop.lb.frontend;

import dev.eventloop.ErrnoException;
import dev.eventloop.lb.AcceptMode;
import dev.eventloop.lb.ListeningSocket;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The listening sockets of one address, one fd per worker. With {@link AcceptMode#REUSEPORT} each
 * is a listener, and the kernel distributes connections over them. Where it cannot (macOS,
 * OpenBSD), or with {@link AcceptMode#EXCLUSIVE}, they are duplicates of one listener, and the
 * workers accept from its backlog.
 *
 * <p>A frontend may take over the sockets of one that is removed, even while workers close them: it
 * claims them, which keeps open what is open, and opens the others again. Shared by all threads.
 */
public final class ListenSockets {
    /** Accepted sockets inherit TCP_NODELAY, so that it costs no call per connection. */
    private static final ListenOptions OPTIONS = ListenOptions.defaults().noDelay(true);

    private enum State {
        CLOSED,
        BOUND,
        /** It listens, and no worker has it yet. */
        LISTENING,
        TAKEN
    }

    private final Sockets sockets;
    private final InetSocketAddress configured;
    private final AcceptMode mode;
    private final boolean v6Only;
    private final ListenOptions options;
    private final int[] fds;
    private final State[] states;

    /** Per worker, how many frontends are about to let it accept: {@link #take}. */
    private final int[] claims;

    private boolean isShared;
    private InetSocketAddress address;

    /** Of which none is open. */
    ListenSockets(
            Sockets sockets,
            InetSocketAddress configured,
            int count,
            AcceptMode mode,
            boolean v6Only,
            boolean isShared) {
        this.sockets = sockets;
        this.configured = configured;
        this.mode = mode;
        this.v6Only = v6Only;
        this.options = OPTIONS.v6Only(v6Only);
        this.fds = new int[count];
        this.states = new State[count];
        this.claims = new int[count];
        Arrays.fill(states, State.CLOSED);
        Arrays.fill(claims, 1);
        this.isShared = isShared || count == 1 || mode == AcceptMode.EXCLUSIVE;
    }

    /**
     * Binds the sockets; connects are refused until {@link #listen}.
     *
     * @param configured its port may be 0
     * @param count of the workers
     * @param v6Only whether an IPv6 socket takes no IPv4 clients
     * @throws ErrnoException EADDRINUSE, EACCES, EADDRNOTAVAIL …, with a sentence for the user;
     *     then nothing is open
     */
    public static ListenSockets bind(
            Sockets sockets,
            InetSocketAddress configured,
            int count,
            AcceptMode mode,
            boolean v6Only)
            throws ErrnoException {
        ListenSockets all = new ListenSockets(sockets, configured, count, mode, v6Only, false);
        try {
            all.bind();
            return all;
        } catch (ErrnoException e) {
            all.closeUntaken();
            throw ListenFailure.of(e, configured);
        }
    }

    /** How many listeners there are at most. */
    int most() {
        return isShared ? 1 : fds.length;
    }

    /** Takes over listeners of another process. Owns their fds, also if this fails: EMFILE. */
    synchronized void inherit(InetSocketAddress address, List<Integer> inherited)
            throws ErrnoException {
        this.address = address;
        for (int i = 0; i < inherited.size(); i++) {
            opened(i, inherited.get(i), State.BOUND);
            sockets.noDelay(fds[i], true); // which a service manager has not set
        }
        openOthers(State.BOUND);
    }

    private synchronized void bind() throws ErrnoException {
        if (fds.length > 1 && configured.getPort() != 0) {
            // With SO_REUSEPORT, bind succeeds even if another process of the same user listens on
            // the port, which would then silently get a share of the connections. A bind without
            // it detects that.
            sockets.close(sockets.bind(configured, options));
        }
        if (!isShared) {
            bindFirstOfMany();
        }
        if (isShared) {
            opened(0, sockets.bind(configured, options), State.BOUND);
        }
        address = sockets.localAddress(fds[0]);
        openOthers(State.BOUND);
    }

    /** Binds the first of several listeners, or decides to share one: the kernel cannot do it. */
    private void bindFirstOfMany() throws ErrnoException {
        try {
            opened(0, sockets.bind(configured, options.reusePort(true)), State.BOUND);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOPROTOOPT) {
                throw e;
            }
            isShared = true;
        }
    }

    /** Opens those that are not open; at least one is. */
    private void openOthers(State shared) throws ErrnoException {
        int open = 0;
        while (states[open] == State.CLOSED) {
            open++;
        }
        for (int i = 0; i < fds.length; i++) {
            if (states[i] != State.CLOSED) {
                continue;
            }
            if (isShared) {
                opened(i, sockets.duplicate(fds[open]), shared);
            } else {
                opened(i, sockets.bind(address, options.reusePort(true)), State.BOUND);
            }
        }
    }

    private void opened(int worker, int fd, State state) {
        fds[worker] = fd;
        states[worker] = state;
    }

    /**
     * Listens on those that are bound only.
     *
     * @throws ErrnoException EADDRINUSE if another socket listens on the address by now, with a
     *     sentence for the user
     */
    public synchronized void listen() throws ErrnoException {
        boolean listens = false;
        for (int i = 0; i < fds.length; i++) {
            if (states[i] == State.BOUND) {
                if (!isShared || !listens) {
                    listenOn(fds[i]);
                    listens = true;
                }
                states[i] = State.LISTENING;
            }
        }
    }

    private void listenOn(int fd) throws ErrnoException {
        try {
            sockets.listen(fd, options);
        } catch (ErrnoException e) {
            throw ListenFailure.of(e, address);
        }
    }

    /** What another process needs to take these sockets over. */
    public synchronized ListeningSocket describe(String frontend) {
        List<Integer> open =
                IntStream.range(0, fds.length)
                        .filter(i -> states[i] != State.CLOSED)
                        .limit(most())
                        .mapToObj(i -> fds[i])
                        .toList();
        return new ListeningSocket(frontend, configured, address, v6Only, isShared, open);
    }

    /** The address, with its real port. */
    public InetSocketAddress address() {
        return address;
    }

    /** Whether these are the sockets that {@link #bind} would open, but not on any free port. */
    public boolean isAt(InetSocketAddress configured, AcceptMode mode, boolean v6Only) {
        return configured.getPort() != 0
                && this.configured.equals(configured)
                && this.mode == mode
                && this.v6Only == v6Only;
    }

    /**
     * Keeps the sockets for another frontend: a worker does not close its one before {@link #take},
     * and those that are closed are bound again, for {@link #listen}. Who binds has claimed, too.
     *
     * @return false if all are closed
     * @throws ErrnoException EMFILE, ENFILE; then nothing has changed
     */
    public synchronized boolean claim() throws ErrnoException {
        if (isClosed()) {
            return false;
        }
        for (int i = 0; i < claims.length; i++) {
            claims[i]++;
        }
        try {
            openOthers(State.LISTENING);
            return true;
        } catch (ErrnoException e) {
            unclaim();
            throw ListenFailure.of(e, address);
        }
    }

    /** Takes a claim back that no worker knows of; closes what nobody else needs. */
    public synchronized void unclaim() {
        for (int i = 0; i < claims.length; i++) {
            claims[i]--;
            if (claims[i] == 0 && states[i] != State.TAKEN) {
                close(i);
            }
        }
    }

    /** Closes those that no worker has. */
    public synchronized void closeUntaken() {
        for (int i = 0; i < fds.length; i++) {
            if (states[i] != State.TAKEN) {
                close(i);
            }
        }
    }

    /**
     * Gives a worker its socket, and ends its part of a claim.
     *
     * @return whether it is a new one; false if the worker has it already
     */
    public synchronized boolean take(int worker) {
        boolean isNew = states[worker] == State.LISTENING;
        if (isNew) {
            states[worker] = State.TAKEN;
        }
        claims[worker]--;
        return isNew;
    }

    /** The fd of a worker that has taken it. */
    public int fd(int worker) {
        return fds[worker];
    }

    /** Closes a worker's socket, which its loop must not watch; false if it is claimed. */
    public synchronized boolean tryClose(int worker) {
        boolean mayClose = claims[worker] == 0;
        if (mayClose) {
            close(worker);
        }
        return mayClose;
    }

    /** Closes a worker's socket, which its loop must not watch. */
    public synchronized void close(int worker) {
        if (states[worker] != State.CLOSED) {
            states[worker] = State.CLOSED;
            sockets.close(fds[worker]);
        }
    }

    /** Whether all are closed. */
    public synchronized boolean isClosed() {
        return Arrays.stream(states).allMatch(state -> state == State.CLOSED);
    }
}
