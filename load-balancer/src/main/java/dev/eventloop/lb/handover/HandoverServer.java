package dev.eventloop.lb.handover;

import com.fasterxml.jackson.databind.JsonNode;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.net.FdPassing;
import dev.eventloop.net.PeerProcess;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands this process's listening sockets over to the next process, on a thread of its own. One
 * hand-over at a time: the next one waits in the backlog.
 */
public final class HandoverServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HandoverServer.class);

    private static final Duration HELLO = Duration.ofSeconds(5);

    /** The new process waits for names, and for the first answers of name servers. */
    private static final Duration READY = Duration.ofSeconds(60);

    private static final Duration SENDING = Duration.ofSeconds(5);

    /** What is handed over. Called on the server's thread. */
    public interface Source {
        /** What the next process gets. From now on nothing of that may change. */
        Offer offer();

        /** The next process was not ready: changes are allowed again. */
        void abandoned();

        /** The next process serves: closes what it has taken, and starts to drain. */
        void handedOver(long pid, Set<InetSocketAddress> taken);

        /** Starts the next process, which then connects. */
        Process start() throws IOException;
    }

    private final Source source;
    private final int listenFd;
    private final EventLoop loop;
    private final Thread thread;

    /** Who has asked for a new process, and waits for the outcome; null for nobody. */
    private Channel asker;

    /** The process that was started; null for none. */
    private Process started;

    private boolean isHandedOver;

    /**
     * @param listenFd of a unix-domain socket, which its owner closes after this
     */
    private HandoverServer(int listenFd, Source source) throws IOException {
        this.listenFd = listenFd;
        this.source = source;
        this.loop = EventLoop.create();
        loop.add(listenFd, Events.READ, (fd, events, none) -> accept(), null);
        this.thread = new Thread(this::run, "handover");
        thread.setDaemon(true);
    }

    /** Starts to answer. */
    public static HandoverServer start(int listenFd, Source source) throws IOException {
        HandoverServer server = new HandoverServer(listenFd, source);
        server.thread.start();
        return server;
    }

    private void run() {
        try {
            loop.runUntilStopped();
        } catch (IOException | RuntimeException e) {
            LOG.error("no process can take over any more", e);
        } finally {
            answer("the process ended");
            loop.close();
        }
    }

    /** Starts the next process. Any thread. */
    public void startNext() {
        try {
            loop.execute(() -> startFor(null));
        } catch (IllegalStateException e) { // it has ended
            LOG.warn("no other process is started: this one has handed over");
        }
    }

    private void accept() {
        int fd = Sockets.system().accept(listenFd);
        if (fd < 0) {
            return;
        }
        Channel channel = null;
        try {
            PeerProcess peer = FdPassing.system().peer(fd);
            channel = new Channel(fd);
            if (!FdPassing.system().isTrusted(peer)) {
                throw new IOException("it belongs to user " + peer.user());
            }
            if (serve(channel, peer)) {
                channel = null; // it waits for an answer
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("a process that asked to take over is refused: {}", e.getMessage());
        } finally {
            if (channel != null) {
                channel.close();
            }
        }
    }

    /** Whether the channel stays open. */
    private boolean serve(Channel channel, PeerProcess peer) throws IOException {
        JsonNode hello = channel.receive(HELLO);
        if (hello == null) {
            return false;
        }
        int version = hello.path("handover").asInt();
        if (version != Offer.VERSION) {
            refuse(
                    channel,
                    "it speaks version "
                            + Offer.VERSION
                            + " of the hand-over, and this one version "
                            + version
                            + "; stop it, and start this one");
        } else if (isHandedOver) {
            refuse(channel, "another process has taken over; try again");
        } else if (hello.path("ask").asText().equals("start")) {
            startFor(channel);
            return asker == channel;
        } else {
            handOver(channel, peer);
        }
        return false;
    }

    private static void refuse(Channel channel, String why) throws IOException {
        channel.send(Channel.message().put("refused", why), SENDING);
    }

    private void handOver(Channel channel, PeerProcess peer) {
        LOG.info("process {} takes over", peer.id());
        try {
            Offer offer = source.offer();
            channel.send(offer.toJson(), offer.fds(), SENDING);
            JsonNode ready = channel.receive(READY);
            if (ready == null) {
                LOG.warn("process {} ended before it was ready; this one goes on", peer.id());
            } else {
                source.handedOver(peer.id(), taken(ready));
                isHandedOver = true;
                channel.send(Channel.message().put("drains", true), SENDING);
                channel.receive(HELLO); // EOF: it listens for the next one
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("process {} does not take over: {}", peer.id(), e.getMessage());
            giveUp(channel);
        }
        if (isHandedOver) {
            answer(null);
            loop.stop();
        } else {
            source.abandoned();
        }
    }

    private void giveUp(Channel channel) {
        try {
            if (!isHandedOver) {
                refuse(channel, "it was not ready within " + READY.toSeconds() + " s");
            }
        } catch (IOException e) {
            LOG.debug("the other process has ended", e);
        }
    }

    private static Set<InetSocketAddress> taken(JsonNode ready) throws IOException {
        Set<InetSocketAddress> taken = new HashSet<>();
        for (JsonNode each : ready.path("taken")) {
            taken.add(AddressJson.read(each));
        }
        return taken;
    }

    // The next process

    private void startFor(Channel channel) {
        if (isHandedOver || started != null) {
            LOG.warn("no other process is started: one is starting already");
            refuseQuietly(channel, "a process is starting already");
            return;
        }
        try {
            started = source.start();
        } catch (IOException e) {
            LOG.error("cannot start the next process: {}", e.getMessage());
            refuseQuietly(channel, "cannot start the next process: " + e.getMessage());
            return;
        }
        asker = channel;
        LOG.info("process {} is started, to take over", started.pid());
        CompletableFuture<Void> ignored =
                started.onExit().thenAccept(process -> loop.execute(() -> ended(process)));
    }

    private static void refuseQuietly(Channel channel, String why) {
        try {
            if (channel != null) {
                refuse(channel, why);
            }
        } catch (IOException e) {
            LOG.debug("who asked has ended", e);
        }
    }

    private void ended(Process process) {
        if (!isHandedOver) {
            String why =
                    "process "
                            + process.pid()
                            + " ended with exit code "
                            + process.exitValue()
                            + " before it was ready; the old one goes on";
            LOG.error("{}", why);
            started = null;
            answer(why);
        }
    }

    /** Tells who asked for a new process what has come of it. */
    private void answer(String refusal) {
        Channel waiting = asker;
        asker = null;
        if (waiting == null) {
            return;
        }
        try (waiting) {
            if (refusal != null) {
                refuse(waiting, refusal);
            } else {
                waiting.send(Channel.message().put("pid", started.pid()), SENDING);
            }
        } catch (IOException e) {
            LOG.debug("who asked has ended", e);
        }
    }

    /** Waits until a hand-over is over, and who asked for it is told. Any other thread. */
    public void awaitEnd() {
        try {
            thread.join(READY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the thread, after what it does now. Any thread. */
    @Override
    public void close() {
        try {
            loop.execute(loop::stop);
        } catch (IllegalStateException e) { // it has ended
            LOG.trace("the hand-over is over", e);
        }
    }
}
