package dev.eventloop.examples.httpserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranges and conditional requests: RFC 9110, 13 and 14. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class PartsAndVersionsTest {
    private static final String TAG = "\"5e0be100-a\"";
    private static final String DATE = "Wed, 01 Jan 2020 00:00:00 GMT";

    @TempDir Path root;
    private RunningServer server;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(root.resolve("f"), "0123456789");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        server = RunningServer.start("epoll", root);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    @DisplayName("a response names the version of the file")
    void versions() throws Exception {
        assertThat(server.get("/f"))
                .contains("\r\nETag: " + TAG + "\r\n")
                .contains("\r\nLast-Modified: " + DATE + "\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=2-4, 206, bytes 2-4/10, 234",
        "bytes=7-, 206, bytes 7-9/10, 789",
        "Bytes=0-1, 206, bytes 0-1/10, 01",
        "bytes=-3, 206, bytes 7-9/10, 789",
        "bytes=-99, 206, bytes 0-9/10, 0123456789",
        "bytes=0-0, 206, bytes 0-0/10, 0",
        "bytes=9-999999999999999999, 206, bytes 9-9/10, 9",
        "bytes=10-, 416, bytes */10, ''",
        "bytes=-0, 416, bytes */10, ''"
    })
    @DisplayName("a range is sent, or the available range is named")
    void ranges(String range, String status, String contentRange, String body) throws Exception {
        assertThat(server.get("/f", "Range: " + range))
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nContent-Range: " + contentRange + "\r\n")
                .contains("\r\nContent-Length: " + body.length() + "\r\n")
                .endsWith("\r\n\r\n" + body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=",
                "bytes=-",
                "bytes= -",
                "bytes=- ",
                "bytes=4-2",
                "bytes=1-2,4-5",
                "lines=1-2",
                "bytes=x-y"
            })
    @DisplayName("an invalid range, or several, is answered with the whole file")
    void noRange(String range) throws Exception {
        assertThat(server.get("/f", "Range: " + range))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n0123456789");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "If-None-Match: " + TAG,
                "If-None-Match: \"x\", W/" + TAG,
                "If-None-Match: *",
                "If-Modified-Since: " + DATE,
                "If-Modified-Since: Wednesday, 01-Jan-20 00:00:00 GMT",
                "If-Modified-Since: Wed Jan  1 00:00:00 2020"
            })
    @DisplayName("a client that has this version gets 304 without a body")
    void notModified(String condition) throws Exception {
        assertThat(server.get("/f", condition))
                .startsWith("HTTP/1.1 304 ")
                .doesNotContain("Content-Length")
                .endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-None-Match: \"x\"|200",
                "If-Modified-Since: Tue, 31 Dec 2019 23:59:59 GMT|200",
                "If-Modified-Since: yesterday|200",
                "If-Match: \"x\"|412",
                "If-Match: \"5e0be100-a\"|200",
                "If-Unmodified-Since: Tue, 31 Dec 2019 23:59:59 GMT|412",
                "If-Unmodified-Since: Wed, 01 Jan 2020 00:00:00 GMT|200"
            })
    @DisplayName("another version is sent, and a failed condition is reported")
    void conditions(String condition, String status) throws Exception {
        assertThat(server.get("/f", condition)).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Range: \"5e0be100-a\"|206",
                "If-Range: \"x\"|200",
                "If-Range: Wed, 01 Jan 2020 00:00:00 GMT|206",
                "If-Range: Tue, 31 Dec 2019 23:59:59 GMT|200"
            })
    @DisplayName("a range of another version than the client's gets the whole file")
    void rangeOfAVersion(String condition, String status) throws Exception {
        assertThat(server.get("/f", "Range: bytes=1-2", condition))
                .startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    @DisplayName("HEAD is GET without the body, whatever the range")
    void head() throws Exception {
        assertThat(server.ask(RunningServer.request("HEAD", "/f", "Range: bytes=1-2")))
                .startsWith("HTTP/1.1 200 ")
                .contains("\r\nContent-Length: 10\r\n")
                .endsWith("\r\n\r\n");
        assertThat(server.ask(RunningServer.request("HEAD", "/nothing")))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("\r\n\r\n");
    }

    @Test
    @DisplayName("a file that was just modified has a weak tag")
    void freshFiles() throws Exception {
        Path fresh = Files.writeString(root.resolve("fresh"), "x");
        Files.setLastModifiedTime(fresh, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(server.get("/fresh")).contains("\r\nETag: W/\"");
    }
}
