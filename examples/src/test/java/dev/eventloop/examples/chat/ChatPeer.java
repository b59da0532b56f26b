package dev.eventloop.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A blocking client that shares no code with the server. */
final class ChatPeer implements AutoCloseable {
    private final Peer peer;

    ChatPeer(Peer peer) {
        this.peer = peer;
    }

    /** Connects without sending anything. */
    static ChatPeer connect(RunningChat chat) throws IOException {
        return new ChatPeer(Peer.connect(chat.port()));
    }

    /** Connects, sets a name and joins a channel without history. */
    static ChatPeer join(RunningChat chat, String name, String channel) throws IOException {
        return connect(chat).joins(name, channel);
    }

    ChatPeer joins(String name, String channel) throws IOException {
        send('N', name).expect("N" + name);
        return send('J', channel).expect("J" + name);
    }

    static byte[] packet(char type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(5 + bytes.length)
                .putInt(1 + bytes.length)
                .put((byte) type)
                .put(bytes)
                .array();
    }

    static byte[] packets(char type, String text, int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(packet(type, text));
        }
        return all.toByteArray();
    }

    ChatPeer send(char type, String text) throws IOException {
        return send(packet(type, text));
    }

    ChatPeer send(byte[] bytes) throws IOException {
        Peer sent = peer.send(bytes);
        assertThat(sent).isSameAs(peer);
        return this;
    }

    /** The next packet: its type and its text. */
    String receive() throws IOException {
        int length = ByteBuffer.wrap(peer.read(4)).getInt();
        return new String(peer.read(length), StandardCharsets.UTF_8);
    }

    ChatPeer expect(String... expected) throws IOException {
        for (String one : expected) {
            assertThat(receive()).isEqualTo(one);
        }
        return this;
    }

    Peer peer() {
        return peer;
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
