package dev.eventloop.lb.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.NamedServer;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.command.HighPerfLb;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host name whose lookup blocks holds up no start, no change and no end. The JDK looks names up
 * in the file of {@code jdk.net.hosts.file} instead of by getaddrinfo(3): a pipe that nobody writes
 * to blocks it as a silent name server does.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class BlockedLookupsHoldNothingUpTest {
    private static final String ADMIN = "Admin page: ";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir private Path folder;

    @Test
    @DisplayName("others are served meanwhile, and the backend is added when the answer comes")
    void othersAreServed() throws Exception {
        Path pipe = folder.resolve("hosts");
        assertThat(Program.run("mkfifo", pipe.toString())).isEmpty();
        try (NamedServer a = NamedServer.start("A");
                NamedServer b = NamedServer.start("B");
                JavaProgram lb = start(pipe, a, b)) {
            assertThat(NamedServer.ask(lb.port(), 2)).contains("A").contains("B");
            lb.awaitOut(ADMIN);
            assertThat(backends(lb)).doesNotContain("slow.test");
            Files.writeString(pipe, "127.0.0.1 slow.test\n");
            Await.until("it is added", () -> backends(lb).contains("slow.test:1"));

            String body = "{\"address\":\"another.test:1\"}";
            HttpRequest add = request(lb, "").POST(BodyPublishers.ofString(body)).build();
            CompletableFuture<HttpResponse<String>> added =
                    http.sendAsync(add, BodyHandlers.ofString());
            Await.until("its lookup blocks", () -> lb.facts().hasThread("host-lookup"));
            BodyPublisher state = BodyPublishers.ofString("{\"state\":\"drain\"}");
            HttpRequest drain =
                    request(lb, "/127.0.0.1:" + b.port()).method("PATCH", state).build();
            assertThat(http.send(drain, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            assertThat(NamedServer.ask(lb.port())).isEqualTo("A");
            lb.signal("TERM");
            assertThat(lb.awaitExit()).as("%s", lb).isZero();
            added.cancel(true);
        }
    }

    private static JavaProgram start(Path hosts, NamedServer a, NamedServer b) throws Exception {
        return JavaProgram.start(
                List.of("-Djdk.net.hosts.file=" + hosts),
                HighPerfLb.class,
                "0",
                "127.0.0.1:" + a.port(),
                "127.0.0.1:" + b.port(),
                "slow.test:1,backup",
                "--admin",
                "127.0.0.1:0");
    }

    private HttpRequest.Builder request(JavaProgram lb, String backend) {
        String page =
                lb.out().stream().filter(line -> line.startsWith(ADMIN)).findFirst().orElseThrow();
        String url = page.substring(ADMIN.length()) + "api/v1/backends" + backend;
        return HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json");
    }

    private String backends(JavaProgram lb) throws Exception {
        return http.send(request(lb, "").build(), BodyHandlers.ofString()).body();
    }
}
