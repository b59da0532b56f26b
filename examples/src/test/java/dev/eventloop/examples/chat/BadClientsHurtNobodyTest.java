package dev.eventloop.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Crowd;
import dev.eventloop.fixture.Payload;
import dev.eventloop.fixture.Peer;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Whatever a client sends, it gets a sentence or is closed, and the others are unaffected. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class BadClientsHurtNobodyTest {
    @EveryBackend
    @DisplayName("a length that is too large, zero or negative ends the session, saying why")
    void badLengths(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer witness = ChatPeer.join(chat, "witness", "tea")) {
            int ended = 0;
            for (int length : new int[] {Protocol.MOST + 1, Integer.MAX_VALUE, 0, -1, 1 << 31}) {
                try (ChatPeer bad = ChatPeer.connect(chat)) {
                    bad.send(ByteBuffer.allocate(4).putInt(length).array());
                    bad.expect("Xa packet of " + length + " bytes; 1 to 10240 are allowed");
                    assertThat(bad.peer().readToEnd()).isEmpty();
                }
                ended++;
                assertThat(chat.ended(Ending.BAD_PACKET)).isEqualTo(ended);
            }
            witness.send('S', "well").expect("Switness\nwell");
        }
    }

    @EveryBackend
    @DisplayName("the largest packet is accepted if it still fits with the name")
    void largestPacket(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer ann = ChatPeer.join(chat, "ann", "tea")) {
            String fits = "x".repeat(Protocol.MOST - 1 - "ann\n".length());
            ann.send('S', fits).expect("Sann\n" + fits);
            ann.send('S', fits + "x");
            ann.expect(
                    "Ethe message is too long; with your name, a packet has at most 10240 bytes");
        }
    }

    @EveryBackend
    @DisplayName("bytes may arrive one by one; half a packet and then FIN or RST is an end")
    void piecemeal(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer slow = ChatPeer.connect(chat)) {
            for (byte one : ChatPeer.packet('N', "slow")) {
                slow.send(new byte[] {one});
                Thread.sleep(20); // so that the server reads each separately
            }
            slow.expect("Nslow");
            try (ChatPeer cut = ChatPeer.connect(chat)) {
                cut.send(new byte[] {0, 0, 0, 9, 'N', 'a'});
                assertThat(cut.peer().finish().readToEnd()).isEmpty();
            }
            ChatPeer.connect(chat).send(new byte[] {0, 0}).peer().reset();
            Await.equal(1, chat::sessions);
            assertThat(chat.ended(Ending.LEFT)).isEqualTo(1);
        }
    }

    @EveryBackend
    @DisplayName("an incomplete or trickling packet ends the session in time and frees its buffer")
    void halfAPacket(String backend) throws Exception {
        try (RunningChat chat = RunningChat.impatient(backend);
                ChatPeer witness = ChatPeer.join(chat, "witness", "tea");
                ChatPeer trickling = ChatPeer.connect(chat)) {
            List<ChatPeer> halves = new ArrayList<>();
            for (int i = 0; i < 2 * ChatServer.MOST_FREE_BUFFERS; i++) {
                halves.add(ChatPeer.connect(chat).send(new byte[] {0, 0, 0, 9, 'N', 'a'}));
            }
            Future<Void> drops =
                    Crowd.beside(
                            () -> {
                                trickling.send(new byte[] {0, 0, 40, 0, 'S'});
                                while (chat.sessions() > 1) {
                                    trickling.send(new byte[] {'x'});
                                    Thread.sleep(10);
                                }
                                return null;
                            });
            for (ChatPeer half : halves) {
                half.expect("Xa packet was incomplete after 200 ms").close();
            }
            assertThatCode(drops::get)
                    .satisfiesAnyOf(
                            e -> assertThat(e).isNull(),
                            e -> assertThat(e).hasCauseInstanceOf(SocketException.class));
            Await.equal(1, chat::sessions);
            assertThat(chat.ended(Ending.TOO_SLOW)).isEqualTo(halves.size() + 1);
            assertThat(chat.ask(ChatServer::freeBuffers))
                    .isLessThanOrEqualTo(ChatServer.MOST_FREE_BUFFERS);
            witness.send('S', "well").expect("Switness\nwell");
        }
    }

    @EveryBackend
    @DisplayName("random bytes and packets of unknown types end the session")
    void noise(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer witness = ChatPeer.join(chat, "witness", "tea")) {
            for (int seed = 0; seed < 50; seed++) {
                try (Peer noise = Peer.connect(chat.port())) {
                    Peer sent = noise.send(Payload.random(seed, 20_000)).finish();
                    while (sent.read(new byte[1000], 0, 1000) >= 0) {}
                } catch (SocketException e) {
                    assertThat(e).hasMessageMatching("Connection reset.*|Broken pipe.*");
                }
            }
            try (ChatPeer bad = ChatPeer.connect(chat)) {
                bad.send('Q', "").expect("Xa packet of the unknown type 81");
            }
            Await.equal(1, chat::sessions);
            witness.send('S', "well").expect("Switness\nwell");
        }
    }

    @EveryBackend
    @DisplayName("an invalid text or name is refused, and the session continues")
    void badText(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer ann = ChatPeer.connect(chat)) {
            String noName = "Ea name has 1 to 32 characters: letters, digits, - _ and .";
            for (String name :
                    new String[] {"", "a b", "a\nb", "x".repeat(33), "y".repeat(9_000)}) {
                ann.send('N', name).expect(noName);
            }
            ann.send(raw('N', "\u00ff\u00fe")).expect(noName);
            ann.send('J', "tea").expect("Eset your name before you join a channel");
            ann.joins("ann", "tea");
            String noText = "Ea message must be UTF-8 text without control characters";
            ann.send(raw('S', "caf\u00e9")).expect(noText); // ISO 8859-1
            ann.send(raw('S', "\u00ed\u00a0\u0080")).expect(noText); // half a surrogate pair
            ann.send('S', "\u001b[2J").expect(noText);
            ann.send('S', "").expect(noText);
            ann.send('J', "tea").expect("Eyou are in tea already");
            ann.send('J', "").expect(noName.replace("a name", "a channel's name"));
            ann.send('S', "well").expect("Sann\nwell");
        }
    }

    /** Encodes each character as one byte. */
    private static byte[] raw(char type, String bytes) {
        byte[] text = bytes.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(5 + text.length)
                .putInt(1 + text.length)
                .put((byte) type)
                .put(text)
                .array();
    }

    @EveryBackend
    @DisplayName("a flood of joins and leaves is slowed down: each is processed, others are served")
    void floodWaits(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend, 100);
                ChatPeer witness = ChatPeer.join(chat, "witness", "tea");
                ChatPeer flood = ChatPeer.connect(chat)) {
            flood.send('N', "flood").expect("Nflood");
            byte[] both = new byte[ChatPeer.packet('J', "tea").length + 5];
            System.arraycopy(ChatPeer.packet('J', "tea"), 0, both, 0, both.length - 5);
            System.arraycopy(ChatPeer.packet('L', ""), 0, both, both.length - 5, 5);
            for (int i = 0; i < 60; i++) {
                flood.send(both);
            }
            Await.until("it waits because of its rate", () -> chat.ask(ChatServer::waiting) == 1);
            witness.send('S', "well");
            int joinsAndLeaves = 0;
            boolean heard = false;
            while (joinsAndLeaves < 120 || !heard) {
                String packet = witness.receive();
                assertThat(packet).isIn("Jflood", "Lflood", "Switness\nwell");
                heard |= packet.startsWith("S");
                joinsAndLeaves += packet.startsWith("S") ? 0 : 1;
            }
            assertThat(chat.sessions()).isEqualTo(2);
        }
    }

    @EveryBackend
    @DisplayName("channels that a flood created and left are forgotten")
    void channelsAreForgotten(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer ann = ChatPeer.connect(chat)) {
            ann.send('N', "ann").expect("Nann");
            for (int i = 0; i < 500; i++) {
                ann.send('J', "c" + i).expect("Jann").send('S', "x").expect("Sann\nx");
                ann.send('L', "").expect("Lann");
            }
            assertThat(chat.channels()).isEqualTo(Channels.MOST_EMPTY);
            assertThat(chat.packets()).isEqualTo(Channels.MOST_EMPTY);
        }
    }
}
