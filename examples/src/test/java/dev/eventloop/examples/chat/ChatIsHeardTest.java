package dev.eventloop.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.ProcessFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** The members of a channel, and nobody else, receive its messages. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class ChatIsHeardTest {
    @EveryBackend
    @DisplayName("members hear joins, messages and leaves; other channels hear nothing")
    void membersHear(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer ann = ChatPeer.join(chat, "ann", "tea");
                ChatPeer bob = ChatPeer.join(chat, "bob", "tea");
                ChatPeer eve = ChatPeer.join(chat, "eve", "coffee")) {
            ann.expect("Jbob").send('S', "hello, 안녕 🙂").expect("Sann\nhello, 안녕 🙂");
            bob.expect("Sann\nhello, 안녕 🙂").send('J', "coffee");
            ann.expect("Lbob");
            bob.expect("Lbob", "Jbob");
            eve.expect("Jbob").send('L', "").expect("Leve").send('S', "x");
            eve.expect("Ejoin a channel before you send a message");
            bob.expect("Leve").close();
            ann.send('S', "alone").expect("Sann\nalone");
            Await.equal(2, chat::sessions);
        }
    }

    @EveryBackend
    @DisplayName("a new member first gets the last 50 messages, even if the channel was empty")
    void historyIsKept(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend)) {
            try (ChatPeer ann = ChatPeer.join(chat, "ann", "tea")) {
                for (int i = 0; i < 60; i++) {
                    ann.send('S', "message " + i).expect("Sann\nmessage " + i);
                }
            }
            Await.equal(0, chat::sessions);
            try (ChatPeer bob = ChatPeer.connect(chat)) {
                bob.send('N', "bob").expect("Nbob").send('J', "tea");
                for (int i = 10; i < 60; i++) {
                    bob.expect("Sann\nmessage " + i);
                }
                bob.expect("Jbob");
            }
        }
    }

    @EveryBackend
    @DisplayName("a name belongs to one client, and is free when that client has left")
    void namesAreUnique(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer other = ChatPeer.connect(chat)) {
            try (ChatPeer ann = ChatPeer.join(chat, "ann", "tea")) {
                other.send('N', "ann").expect("Ethe name ann is taken");
                ann.send('N', "eve").expect("Eyour name is ann already");
            }
            Await.equal(1, chat::sessions);
            other.joins("ann", "tea");
        }
    }

    @EveryBackend
    @DisplayName("a client that reads nothing is dropped, and the others miss nothing")
    void slowReceiverIsDropped(String backend) throws Exception {
        String message = "m".repeat(8_000);
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer quick = ChatPeer.join(chat, "quick", "tea");
                ChatPeer slow =
                        new ChatPeer(Peer.connectWithSmallWindow(chat.port()))
                                .joins("slow", "tea")) {
            quick.expect("Jslow");
            String next = "";
            while (!next.equals("Lslow")) {
                next = quick.send('S', message).receive();
                assertThat(next).isIn("Squick\n" + message, "Lslow");
            }
            quick.expect("Squick\n" + message);
            assertThat(chat.ended(Ending.TOO_SLOW)).isEqualTo(1);
            assertThat(chat.sessions()).isEqualTo(1);
            assertThat(chat.packets())
                    .as("only the history")
                    .isLessThanOrEqualTo(Channel.MOST_HISTORY);
            assertThat(slow.peer().localPort()).isPositive();
        }
    }

    @EveryBackend
    @DisplayName("a client that half-closes still gets the queued messages, then EOF")
    void halfCloseIsHonoured(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend);
                ChatPeer ann = ChatPeer.connect(chat)) {
            ann.send('N', "ann").send('J', "tea").send(ChatPeer.packets('S', "bye", 20));
            Peer finished = ann.peer().finish();
            ann.expect("Nann", "Jann");
            for (int i = 0; i < 20; i++) {
                ann.expect("Sann\nbye");
            }
            ann.expect("Lann");
            assertThat(finished.readToEnd()).isEmpty();
            Await.equal(1, () -> chat.ended(Ending.LEFT));
        }
    }

    @EveryBackend
    @DisplayName("one message reaches 500 clients; when all leave at once, nothing remains")
    void crowdHears(String backend) throws Exception {
        try (RunningChat chat = RunningChat.start(backend)) {
            ProcessFacts facts = ProcessFacts.ofThisProcess();
            int before = Await.steady(Duration.ofMillis(200), facts::openFiles);
            List<ChatPeer> crowd = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                crowd.add(ChatPeer.connect(chat).send('N', "n" + i).send('J', "tea"));
            }
            crowd.get(7).send('S', "hello");
            for (ChatPeer member : crowd) {
                String packet = member.receive();
                while (!packet.equals("Sn7\nhello")) {
                    assertThat(packet).matches("[NJ]n\\d+");
                    packet = member.receive();
                }
            }
            for (int i = 0; i < crowd.size(); i++) {
                if (i % 2 == 0) {
                    crowd.get(i).close();
                } else {
                    crowd.get(i).peer().reset();
                }
            }
            Await.equal(0, chat::sessions);
            Await.until("all files are closed", () -> facts.openFiles() <= before);
        }
    }
}
