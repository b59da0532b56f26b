package dev.eventloop.examples.chat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The members of a channel and its recent messages. */
final class Channel {
    static final int MOST_HISTORY = 50;
    static final int MOST_HISTORY_BYTES = 64 * 1024;

    private final String name;
    private final List<Session> members = new ArrayList<>();
    private final Deque<SharedPacket> history = new ArrayDeque<>(MOST_HISTORY + 1);
    private int historyBytes;

    Channel(String name) {
        this.name = name;
    }

    /** Sends the history to the new member, then announces it to all. */
    void join(Session session, PacketPool packets) {
        for (SharedPacket packet : history) {
            session.send(packet);
        }
        members.add(session);
        broadcast(packets.of(Protocol.JOIN, session.nameBytes()));
    }

    /** Announces it to all members, including the leaving one. */
    void leave(Session session, PacketPool packets) {
        broadcast(packets.of(Protocol.LEAVE, session.nameBytes()));
        members.remove(session);
    }

    /** Sends a message to all members, and keeps it for later ones. */
    void say(SharedPacket packet) {
        remember(packet.retain());
        broadcast(packet);
    }

    /** Queues one packet for all members, each with a reference; releases the caller's. */
    private void broadcast(SharedPacket packet) {
        for (int i = 0; i < members.size(); i++) {
            members.get(i).send(packet);
        }
        packet.release();
    }

    private void remember(SharedPacket packet) {
        history.add(packet);
        historyBytes += packet.length();
        while (history.size() > MOST_HISTORY || historyBytes > MOST_HISTORY_BYTES) {
            forgetOldest();
        }
    }

    private void forgetOldest() {
        SharedPacket oldest = history.remove();
        historyBytes -= oldest.length();
        oldest.release();
    }

    void forgetAll() {
        while (!history.isEmpty()) {
            forgetOldest();
        }
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    String name() {
        return name;
    }
}
