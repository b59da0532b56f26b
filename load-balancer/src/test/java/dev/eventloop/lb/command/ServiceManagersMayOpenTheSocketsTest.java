package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.lb.fixture.LbProcess;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Socket activation, sd_listen_fds(3): frontends accept from the sockets that a service manager has
 * opened. The manager is a few lines of Perl, which opens fd 3 and becomes the command.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class ServiceManagersMayOpenTheSocketsTest {
    private static final String LISTENS =
            "use Socket; use POSIX (); $^F = 100; socket(S, PF_INET, SOCK_STREAM, 0);"
                    + " bind(S, sockaddr_in(0, INADDR_LOOPBACK)); listen(S, 128);"
                    + " POSIX::dup2(fileno(S), 3);";

    /** Standard input, in place of a socket. */
    private static final String IS_A_FILE = "use POSIX (); $^F = 100; POSIX::dup2(0, 3);";

    private static JavaProgram start(String opens, String name, String pid, NamedServer server)
            throws IOException {
        String perl =
                opens
                        + "$ENV{LISTEN_FDS} = 1; $ENV{LISTEN_FDNAMES} = q("
                        + name
                        + "); $ENV{LISTEN_PID} = "
                        + pid
                        + "; exec @ARGV";
        return LbProcess.startBy(
                "exec perl -e '" + perl + "' \"$@\"", "0", "127.0.0.1:" + server.port());
    }

    @Test
    @DisplayName("a frontend accepts from the socket that has its name")
    void byName() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                JavaProgram lb = start(LISTENS, "default", "$$", a)) {
            assertThat(NamedServer.ask(lb.port(), 3)).isEqualTo("AAA");
            assertThat(lb.out()).anyMatch(line -> line.contains("listens on 127.0.0.1:"));
            assertThat(lb.err()).noneMatch(line -> line.contains("service manager"));
        }
    }

    @Test
    @DisplayName("a socket that no frontend wants is closed, and a warning names it")
    void unused() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                JavaProgram lb = start(LISTENS, "other", "$$", a)) {
            assertThat(NamedServer.ask(lb.port(), 1)).isEqualTo("A");
            assertThat(lb.out()).anyMatch(line -> line.contains("listens on 0.0.0.0:"));
            Await.until(
                    "a warning: " + lb,
                    () ->
                            lb.err().stream()
                                    .anyMatch(
                                            line ->
                                                    line.contains("no frontend listens on")
                                                            && line.contains("(other)")));
        }
    }

    @Test
    @DisplayName("sockets for another process are left alone")
    void ofAnotherProcess() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                JavaProgram lb = start(LISTENS, "default", "1", a)) {
            assertThat(NamedServer.ask(lb.port(), 1)).isEqualTo("A");
            assertThat(lb.out()).anyMatch(line -> line.contains("listens on 0.0.0.0:"));
        }
    }

    @Test
    @DisplayName("what is no listening socket is refused by a sentence")
    void noSocket() throws Exception {
        try (NamedServer a = NamedServer.start("A");
                JavaProgram lb = start(IS_A_FILE, "default", "$$", a)) {
            assertThat(lb.awaitExit()).isEqualTo(1);
            assertThat(lb.err())
                    .contains(
                            "high_perf_lb: fd 3 (default) of the service manager does not listen on"
                                    + " TCP; use ListenStream=ADDRESS:PORT");
        }
    }
}
