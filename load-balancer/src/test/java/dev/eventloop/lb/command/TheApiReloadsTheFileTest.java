package dev.eventloop.lb.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.fixture.LbProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** POST /api/v1/reload does what SIGHUP does, and answers what came of it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("real")
class TheApiReloadsTheFileTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private Path file;
    private String admin;
    private JavaProgram lb;

    @BeforeEach
    void start() throws Exception {
        file = folder.resolve("lb.yaml");
        admin = "127.0.0.1:" + FreePort.next();
        write(3, 2);
        lb = LbProcess.start("--config", file.toString(), "--admin", admin);
        lb.port();
        Await.until("the admin page is announced", () -> lb.out().toString().contains(admin));
    }

    @AfterEach
    void stop() throws Exception {
        lb.close();
    }

    private void write(int first, int second) throws Exception {
        Files.writeString(
                file,
                """
                port: 0
                access-log: %s
                backends:
                  - 127.0.0.1:9001:%d
                  - 127.0.0.1:9002:%d
                """
                        .formatted(folder.resolve("access.log"), first, second));
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + admin + path))
                        .method(method, BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonNode reload(int status) throws Exception {
        HttpResponse<String> response = send("POST", "/api/v1/reload", "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSON.readTree(response.body());
    }

    private static List<String> texts(JsonNode answer, String key) {
        List<String> texts = new ArrayList<>();
        answer.get(key).forEach(text -> texts.add(text.textValue()));
        return texts;
    }

    private String weights() throws Exception {
        List<String> weights = new ArrayList<>();
        String body = send("GET", "/api/v1/backends", "").body();
        JSON.readTree(body).get("backends").forEach(b -> weights.add(b.get("weight").asText()));
        return String.join(" ", weights);
    }

    @Test
    @DisplayName("the answer has what changed; a file that is the same changes nothing")
    void changes() throws Exception {
        write(5, 2);
        assertThat(texts(reload(200), "changes"))
                .containsExactly("backend 127.0.0.1:9001:3 is now 127.0.0.1:9001:5");
        assertThat(weights()).isEqualTo("5 2");
        assertThat(texts(reload(200), "changes")).isEmpty();
    }

    @Test
    @DisplayName("what an operator changed stays, and answer and log say so; SIGHUP does the same")
    void operatorsChangesStay() throws Exception {
        send("PATCH", "/api/v1/backends/127.0.0.1:9001", "{\"weight\":9}");
        String kept =
                "backend 127.0.0.1:9001 stays as an operator has set it, weight 9; the"
                        + " configuration still has weight 3";
        assertThat(texts(reload(200), "kept")).containsExactly(kept);
        lb.signal("HUP");
        Await.until(
                "two lines say so",
                () -> lb.err().stream().filter(line -> line.contains(kept)).count() == 2);
        assertThat(weights()).isEqualTo("9 2");
    }

    @Test
    @DisplayName("a file with mistakes changes nothing, and the answer has all of them")
    void mistakes() throws Exception {
        Files.writeString(file, "port: 0\nretries: x\nbackends:\n  - 127.0.0.1:y\n");
        JsonNode answer = reload(409);
        assertThat(answer.get("error").textValue())
                .isEqualTo("cannot reload " + file + ", nothing has changed");
        assertThat(texts(answer, "mistakes"))
                .hasSize(2)
                .anyMatch(mistake -> mistake.contains("retries"))
                .anyMatch(mistake -> mistake.contains("127.0.0.1:y"));
        assertThat(weights()).isEqualTo("3 2");
    }

    @Test
    @DisplayName("only POST reloads, without a body or with {}")
    void otherRequests() throws Exception {
        assertThat(send("GET", "/api/v1/reload", "").statusCode()).isEqualTo(405);
        assertThat(send("POST", "/api/v1/reload", "{}").statusCode()).isEqualTo(200);
        assertThat(send("POST", "/api/v1/reload", "{\"file\":\"x\"}").statusCode()).isEqualTo(400);
    }

    @Test
    @DisplayName("a new name of the access log is opened")
    void accessLog() throws Exception {
        String text = Files.readString(file).replace("access.log", "other.log");
        Files.writeString(file, text);
        reload(200);
        assertThat(folder.resolve("other.log")).exists();
    }

    @Test
    @DisplayName("a pipe in place of the file holds up neither later reloads nor the API")
    void pipe() throws Exception {
        byte[] text = Files.readAllBytes(file);
        Files.delete(file);
        try (Program mkfifo = Program.start("mkfifo", file.toString())) {
            assertThat(mkfifo.awaitExit()).isZero();
        }
        for (int i = 0; i < 2; i++) {
            assertThat(reload(409).get("mistakes").get(0).textValue())
                    .contains("cannot be read within 2s; is one of them a pipe");
        }
        Files.delete(file);
        Files.write(file, text);
        assertThat(reload(200).get("changes")).isEmpty();
    }

    @Test
    @DisplayName("without --config there is nothing to read")
    void noFile() throws Exception {
        lb.close();
        lb = LbProcess.start("0", "127.0.0.1:9001", "--admin", admin);
        lb.port();
        Await.until("the admin page is announced", () -> lb.out().toString().contains(admin));
        assertThat(reload(409).get("error").textValue())
                .isEqualTo(
                        "there is no file to read again: neither --config nor --backends-file is set");
    }
}
