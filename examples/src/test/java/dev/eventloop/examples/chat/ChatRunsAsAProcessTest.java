package dev.eventloop.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.RefusingPort;
import dev.eventloop.fixture.ScriptedServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server, the client and the measurement as processes. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ChatRunsAsAProcessTest {
    @Test
    @DisplayName("two clients talk; one exits at EOF, the other when the server stops")
    void clientsTalk() throws Exception {
        try (JavaProgram chat = JavaProgram.start(Main.class, "0");
                JavaProgram ann = client(chat.port(), "ann")) {
            ann.awaitOut("* ann joined");
            try (JavaProgram bob = client(chat.port(), "bob")) {
                bob.awaitOut("* bob joined").type("hello").type("/away").endInput();
                assertThat(bob.awaitExit()).as("%s", bob).isZero();
                assertThat(bob.out())
                        .contains(
                                "* you are bob",
                                "* bob joined",
                                "bob: hello",
                                "! the commands are /join CHANNEL, /leave, /name NAME and /quit",
                                "* bob left");
                assertThat(bob.err()).isEmpty();
            }
            ann.awaitOut("bob: hello").awaitOut("* bob left");
            assertThat(chat.signal("TERM").awaitExit()).as("%s", chat).isZero();
            assertThat(chat.out())
                    .last()
                    .isEqualTo("stopped: of the sessions 1 left, 1 were connected when it stopped");
            assertThat(chat.err()).isEmpty();
            assertThat(ann.awaitExit()).isEqualTo(1);
            assertThat(ann.err()).singleElement().asString().endsWith("the server stops");
        }
    }

    private static JavaProgram client(int port, String name) throws Exception {
        return JavaProgram.start(Main.class, "client", "127.0.0.1:" + port, "--name", name);
    }

    @Test
    @DisplayName("a file with more lines than any queue goes through the client completely")
    void pipesGoThrough() throws Exception {
        try (JavaProgram chat = JavaProgram.start(Main.class, "0", "--rate", "1000000");
                JavaProgram ann = client(chat.port(), "ann")) {
            for (int i = 0; i < 2_000; i++) {
                ann.type("line " + i);
            }
            assertThat(ann.endInput().awaitExit()).as("%s", ann).isZero();
            assertThat(ann.out()).hasSize(2_003).element(1_500).isEqualTo("ann: line 1498");
        }
    }

    @Test
    @DisplayName("on SIGINT or /quit a client exits with 0")
    void clientEnds() throws Exception {
        try (JavaProgram chat = JavaProgram.start(Main.class, "0");
                JavaProgram ann = client(chat.port(), "ann");
                JavaProgram bob = client(chat.port(), "bob")) {
            assertThat(ann.awaitOut("ann joined").signal("INT").awaitExit()).isZero();
            assertThat(bob.awaitOut("bob joined").type("/quit").awaitExit()).isZero();
        }
    }

    @Test
    @DisplayName("no server, or not a chat server: exit code 1 and one sentence")
    void clientSaysWhyNot() throws Exception {
        try (RefusingPort port = RefusingPort.take();
                JavaProgram ann = client(port.port(), "ann")) {
            assertThat(ann.awaitExit()).isEqualTo(1);
            assertThat(ann.err()).singleElement().asString().endsWith(": Connection refused");
        }
        try (ScriptedServer http =
                        ScriptedServer.start(
                                peer -> {
                                    Peer sent = peer.send("HTTP/1.1 400 Bad Request\r\n\r\n");
                                    assertThat(sent.finish().readToEnd()).isNotNull();
                                });
                JavaProgram ann = client(http.port(), "ann")) {
            assertThat(ann.awaitExit()).isEqualTo(1);
            assertThat(ann.err()).singleElement().asString().contains("is not a chat server");
        }
    }

    @Test
    @DisplayName("control characters from a malicious server do not reach the terminal")
    void screenIsHarmless() {
        assertThat(Screen.harmless("\u001b[2J a\u009b2J\u0000\n안녕 😀\u007f\u0085"))
                .isEqualTo("?[2J a?2J??안녕 😀??");
    }

    @Test
    @DisplayName("EOF on the input without a server: still one sentence")
    void inputOutlivesTheLoop() throws Exception {
        for (int i = 0; i < 3; i++) { // either thread may end first
            try (RefusingPort port = RefusingPort.take();
                    JavaProgram ann = client(port.port(), "ann")) {
                assertThat(ann.endInput().awaitExit()).isEqualTo(1);
                assertThat(ann.err()).singleElement().asString().endsWith(": Connection refused");
            }
        }
    }

    @Test
    @DisplayName("a client whose output is closed exits")
    void outputGoesAway() throws Exception {
        try (JavaProgram chat = JavaProgram.start(Main.class, "0");
                JavaProgram ann = client(chat.port(), "ann").awaitOut("you are ann");
                JavaProgram bob =
                        JavaProgram.startIntoHead(
                                1,
                                Main.class,
                                "client",
                                "127.0.0.1:" + chat.port(),
                                "--name",
                                "bob")) {
            ann.awaitOut("bob joined").type("hello").type("again");
            assertThat(bob.awaitExit()).as("%s", bob).isZero();
            assertThat(bob.out()).containsExactly("* you are bob");
            assertThat(bob.err()).isEmpty();
        }
    }

    @Test
    @DisplayName("the measurement shows both ways and their ratio")
    void measures() throws Exception {
        try (JavaProgram measure =
                JavaProgram.start(
                        Main.class,
                        "measure",
                        "--sessions",
                        "50",
                        "--broadcasts",
                        "5",
                        "--rounds",
                        "3")) {
            assertThat(measure.awaitExit()).as("%s", measure).isZero();
            assertThat(measure.err()).isEmpty();
            assertThat(measure.out())
                    .anyMatch(
                            line -> line.matches("queueing only.* [0-9.]+ ms +[0-9.]+ ms +[0-9.]+"))
                    .anyMatch(
                            line -> line.matches("queueing and.* [0-9.]+ ms +[0-9.]+ ms +[0-9.]+"))
                    .anyMatch(line -> line.matches("memory while.* MiB +50"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "70000,PORT 70000 is not a whole number from 0 to 65535",
        "--rate=1,--rate 1 is not a whole number from 10",
        "--colour,'--colour'",
        "client,HOST:PORT",
        "client nowhere,is not HOST:PORT",
        "client localhost:0,the port 0 is not a whole number from 1",
        "client nowhere.invalid:7100,nowhere.invalid is not resolved",
        "measure --sessions=0,--sessions 0 is not a whole number from 1 to 8000",
        "measure --broadcasts=257,--broadcasts 257 is not a whole number from 1 to 256",
        "measure --bytes=99999,--bytes 99999 is not a whole number from 1 to"
    })
    @DisplayName("wrong arguments: exit code 2 and one sentence")
    void wrongArguments(String arguments, String sentence) throws Exception {
        try (JavaProgram chat = JavaProgram.start(Main.class, arguments.split(" ", -1))) {
            assertThat(chat.awaitExit()).as("%s", chat).isEqualTo(2);
            assertThat(chat.out()).isEmpty();
            assertThat(chat.err()).singleElement().asString().contains(sentence);
        }
    }

    @Test
    @DisplayName("a port in use: exit code 1 and one sentence")
    void portInUse() throws Exception {
        try (ServerSocket owner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                JavaProgram chat =
                        JavaProgram.start(Main.class, Integer.toString(owner.getLocalPort()))) {
            assertThat(chat.awaitExit()).isEqualTo(1);
            assertThat(chat.err()).singleElement().asString().contains("EADDRINUSE");
        }
    }
}
