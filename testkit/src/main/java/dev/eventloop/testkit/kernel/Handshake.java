package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;

/**
 * A connect: SYN, SYN and ACK, ACK for TCP; at once, or not at all, between unix-domain sockets.
 */
final class Handshake {
    /** Linux's first retransmission; each takes twice as long: tcp_syn_retries in tcp(7). */
    private static final long FIRST_RETRY = 1_000_000_000;

    private static final int RETRIES = 6;

    private final World world;
    private final StreamSocket client;
    private final Endpoint target;
    private int tries;

    private Handshake(StreamSocket client, Endpoint target) {
        this.world = client.world;
        this.client = client;
        this.target = target;
    }

    /** Begins; what connect(2) answers. */
    static int begin(StreamSocket client, Endpoint target) {
        if (target.inet() == null) {
            return local(client, target);
        }
        if (!Network.isLocal(target)) {
            return -Errno.ENETUNREACH;
        }
        client.connecting(client.world.network.ephemeral(target), target);
        new Handshake(client, target).send();
        return -Errno.EINPROGRESS;
    }

    private static int local(StreamSocket client, Endpoint target) {
        StreamSocket listener = client.world.network.named(target.path());
        if (listener == null) {
            return -Errno.ENOENT;
        }
        if (!listener.isListening()) {
            return -Errno.ECONNREFUSED;
        }
        if (listener.backlog().isFull()) {
            return -Errno.EAGAIN;
        }
        StreamSocket child = listener.child(target, Endpoint.nameless());
        client.connecting(Endpoint.nameless(), target);
        StreamSocket.join(client, child);
        client.connected();
        listener.backlog().begin();
        listener.completed(child);
        return 0;
    }

    private void send() {
        later(this::synArrived);
    }

    private void synArrived() {
        if (!client.isConnecting()) {
            return; // closed meanwhile
        }
        StreamSocket listener = world.network.listener(target);
        if (listener == null) {
            later(client::refused);
        } else if (listener.dropsHandshakes() || listener.backlog().isFull()) {
            retry();
        } else {
            accept(listener);
        }
    }

    private void accept(StreamSocket listener) {
        StreamSocket child = listener.child(target, client.local());
        StreamSocket.join(client, child);
        listener.backlog().begin();
        child.out().arrive(() -> synAckArrived(listener, child));
    }

    private void synAckArrived(StreamSocket listener, StreamSocket child) {
        if (client.isConnecting()) {
            client.connected();
            client.out().arrive(() -> listener.completed(child));
        } else { // it has given up, and says so
            listener.backlog().abandon();
        }
    }

    private void retry() {
        if (tries == RETRIES) {
            client.timedOut();
            return;
        }
        world.after(FIRST_RETRY << tries, this::send);
        tries++;
    }

    private void later(Runnable arrival) {
        if (world.hasLatency()) {
            world.after(world.latency(), arrival);
        } else {
            arrival.run();
        }
    }
}
