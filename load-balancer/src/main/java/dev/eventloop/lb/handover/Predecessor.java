package dev.eventloop.lb.handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.eventloop.ErrnoException;
import dev.eventloop.lb.InheritedSockets;
import dev.eventloop.lb.ListeningSocket;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.FdPassing;
import dev.eventloop.net.PeerProcess;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that runs, seen by the one that takes over from it. One thread. */
public final class Predecessor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

    /** The old process may wait for changes by the API to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Channel channel;
    private final Offer offer;
    private final InheritedSockets sockets;
    private boolean adminIsTaken;
    private boolean isDone;

    private Predecessor(Channel channel, Offer offer) {
        this.channel = channel;
        this.offer = offer;
        this.sockets = new InheritedSockets(offer.sockets());
    }

    /**
     * Asks the process that listens at this path for what it has; null if there is none.
     *
     * @throws IOException if it refuses, belongs to another user, or does not answer; with a
     *     sentence for the user
     */
    public static Predecessor find(Path path) throws IOException {
        Channel channel = connect(path);
        if (channel == null) {
            return null;
        }
        try {
            JsonNode answer = channel.ask("sockets", PATIENCE);
            if (answer == null) {
                channel.close();
                LOG.warn("the process at {} ended before it could hand over", path);
                return null;
            }
            return new Predecessor(channel, Offer.of(answer, channel.takeFds()));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException(
                    "cannot take over from the process at " + path + ": " + e.getMessage(), e);
        }
    }

    /** Null if nobody listens there. */
    static Channel connect(Path path) throws IOException {
        int fd;
        try {
            fd = Sockets.system().connect(UnixDomainSocketAddress.of(path));
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED) {
                return null;
            }
            throw new IOException("cannot connect to " + path + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot connect to " + path + ": " + e.getMessage(), e);
        }
        PeerProcess peer = FdPassing.system().peer(fd);
        if (!FdPassing.system().isTrusted(peer)) {
            Sockets.system().close(fd);
            throw new IOException(
                    path
                            + " is served by process "
                            + peer.id()
                            + " of user "
                            + peer.user()
                            + ", who is neither this one nor root; name another path");
        }
        return new Channel(fd);
    }

    /** What it gave. */
    public Offer offer() {
        return offer;
    }

    /** The socket of its admin port, which the caller then owns. */
    public int takeAdminFd() {
        adminIsTaken = true;
        return offer.adminFd();
    }

    /** Its listening sockets. */
    public InheritedSockets sockets() {
        return sockets;
    }

    /**
     * This process accepts clients: the old one may drain. If it is gone, this one goes on alone.
     *
     * @param own the addresses at which this process listens
     * @throws IOException if the old process has given up waiting, and goes on; then this one ends
     */
    public void ready(Set<InetSocketAddress> own) throws IOException {
        ObjectNode message = Channel.message().put("ready", true);
        Set<InetSocketAddress> taken = new HashSet<>();
        for (ListeningSocket socket : offer.sockets()) {
            if (own.contains(socket.address()) && taken.add(socket.address())) {
                AddressJson.put(message.withArray("taken").addObject(), socket.address());
            }
        }
        JsonNode answer;
        try {
            channel.send(message, PATIENCE);
            answer = channel.receive(PATIENCE);
        } catch (ErrnoException e) {
            answer = null; // EPIPE, ECONNRESET: it is gone
        }
        if (answer == null) {
            LOG.warn("process {} has ended without a drain; this one goes on", offer.pid());
        } else if (answer.hasNonNull("refused")) {
            throw new IOException(
                    "process " + offer.pid() + " goes on: " + answer.path("refused").asText());
        }
    }

    /** This process listens for the next one by now: the old one need not know more. */
    public void done() {
        if (!isDone) {
            isDone = true;
            channel.close();
        }
    }

    @Override
    public void close() {
        done();
        sockets.close();
        if (!adminIsTaken && offer.adminFd() >= 0) {
            adminIsTaken = true;
            Sockets.system().close(offer.adminFd());
        }
    }
}
