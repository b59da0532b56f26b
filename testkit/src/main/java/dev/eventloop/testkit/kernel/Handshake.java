package dev.eventloop.testkit.kernel;

import dev.eventloop.libc.Errno;

/** A connect: SYN, SYN-ACK and ACK for TCP; completed or refused immediately in the unix domain. */
final class Handshake {
    /** Linux's first SYN retransmission; the delay doubles each time: tcp_syn_retries in tcp(7). */
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

    /** Begins; the result of connect(2). */
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
        Connection.join(client.connection(), child.connection());
        client.connection().connected();
        listener.backlog().begin();
        listener.completed(child);
        return 0;
    }

    private void send() {
        world.later(this::synArrived);
    }

    private void synArrived() {
        if (!client.connection().isConnecting()) {
            return; // closed meanwhile
        }
        StreamSocket listener = world.network.listener(target);
        if (listener == null) {
            world.later(client.connection()::refused);
        } else if (listener.options().dropsHandshakes() || listener.backlog().isFull()) {
            retry();
        } else {
            accept(listener);
        }
    }

    private void accept(StreamSocket listener) {
        StreamSocket child = listener.child(target, client.local());
        Connection.join(client.connection(), child.connection());
        listener.backlog().begin();
        child.connection().outbox.wire().arrive(() -> synAckArrived(listener, child));
    }

    private void synAckArrived(StreamSocket listener, StreamSocket child) {
        if (client.connection().isConnecting()) {
            client.connection().connected();
            client.connection().outbox.wire().arrive(() -> listener.completed(child));
        } else { // timed out or closed meanwhile
            listener.backlog().abandon();
        }
    }

    private void retry() {
        if (tries == RETRIES) {
            client.connection().timedOut();
            return;
        }
        world.after(FIRST_RETRY << tries, this::send);
        tries++;
    }
}
