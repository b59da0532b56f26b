package dev.eventloop.lb.admin.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.lb.fixture.Fuzz;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Any bytes are requests, the beginning of one, or refused with a status, however they are split;
 * what is written as a request is read as it.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
class FuzzedRequestsAreReadSafelyTest {
    private static final Source SOURCE = new Source(0, 1, "test");
    private static final String TOKEN = "aZ09!#$%&'*+-.^_`|~";
    private static final String VISIBLE = "/aZ09%?=&:[]@\"<>\\~";

    private static final List<String> VALID =
            List.of(
                    "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:9000\r\n\r\n",
                    "GET / HTTP/1.0\n\n",
                    "\r\nHEAD /metrics?a=b HTTP/1.1\r\nhost:x\r\nA: \tb \r\nA:\r\n\r\n",
                    "PATCH /api/v1/backends/a%2Fb HTTP/1.1\r\nContent-Length: 12\r\n\r\n{\"weight\":5}"
                            + "DELETE /x HTTP/1.1\r\nConnection: close\r\n\r\n",
                    "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                    "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 65536\r\n\r\n");

    /** All requests of a stream as text, and at the end what follows them. */
    private static List<String> read(byte[] stream, IntSupplier sizes) {
        RequestReader reader = new RequestReader(SOURCE);
        List<String> found = new ArrayList<>();
        int at = 0;
        while (true) {
            try {
                HttpRequest head = reader.head();
                if (head != null && reader.isComplete()) {
                    found.add(text(reader.request()));
                    reader.next();
                    continue;
                }
            } catch (BadRequestException e) {
                assertThat(e.status()).isIn(400, 411, 413, 431, 505);
                assertThat(e.getMessage()).contains(" ");
                found.add("refused: " + e.status() + " " + e.getMessage());
                return found;
            }
            if (at == stream.length) {
                found.add("incomplete");
                return found;
            }
            ByteBuffer space = reader.space();
            assertThat(space.remaining()).isBetween(1, RequestReader.MAX_BODY);
            int size = Math.min(Math.max(1, sizes.getAsInt()), stream.length - at);
            int count = Math.min(size, space.remaining());
            space.put(stream, at, count);
            reader.added(count);
            at += count;
        }
    }

    private static String text(HttpRequest request) {
        return request.method()
                + " "
                + request.target()
                + " "
                + request.minorVersion()
                + " "
                + request.headers()
                + " "
                + new String(request.body(), StandardCharsets.ISO_8859_1);
    }

    @Test
    @DisplayName("50,000 mutations of requests")
    void mutations() {
        int[] count = new int[2];
        Fuzz.bytes(
                50_000,
                VALID.stream().map(s -> s.getBytes(StandardCharsets.ISO_8859_1)).toList(),
                (stream, random) -> {
                    List<String> whole = read(stream, () -> stream.length);
                    assertThat(read(stream, () -> 1 + random.nextInt(30))).isEqualTo(whole);
                    count[whole.size() > 1 ? 0 : 1]++;
                });
        assertThat(count[0]).as("requests").isGreaterThan(1_000);
        assertThat(count[1]).as("none").isGreaterThan(1_000);
    }

    @Test
    @DisplayName("heads and bodies at their limits: an answer, with no more memory than these")
    void limits() {
        byte[] endless = new byte[200_000];
        for (char c : new char[] {'a', ' ', ':', '\r'}) {
            Arrays.fill(endless, (byte) c);
            assertThat(read(endless, () -> 1000)).hasSize(1);
        }
        byte[] head = new byte[RequestReader.MAX_HEAD];
        Arrays.fill(head, (byte) 'a');
        assertThat(read(head, () -> 1000).get(0)).startsWith("refused: 431");
        String start = "POST / HTTP/1.1\r\nContent-Length: ";
        assertThat(read(ascii(start + "65537\r\n\r\n"), () -> 9).get(0)).startsWith("refused: 413");
        assertThat(read(ascii(start + "65536\r\n\r\n" + "x".repeat(65536)), () -> 999)).hasSize(2);
        String fields = "GET / HTTP/1.1\r\n" + "a:b\r\n".repeat(101) + "\r\n";
        assertThat(read(ascii(fields), () -> 99).get(0)).startsWith("refused: 431");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("10,000 requests, written and read")
    void written() {
        for (long seed = Fuzz.firstSeed(); seed < Fuzz.firstSeed() + 10_000; seed++) {
            Random random = new Random(seed);
            Headers headers = new Headers();
            StringBuilder fields = new StringBuilder();
            for (int i = random.nextInt(5); i > 0; i--) {
                String name = "x" + some(TOKEN, random);
                String value = some(VISIBLE + " \u00e4", random).strip();
                headers.add(name, value);
                fields.append(name).append(": ").append(value).append("\r\n");
            }
            String body = some(VISIBLE + "\r\n\0", random);
            headers.add("Content-Length", String.valueOf(body.length()));
            fields.append("Content-Length: ").append(body.length()).append("\r\n\r\n");
            String method = "M" + some(TOKEN, random);
            String target = "/" + some(VISIBLE, random);
            int minor = random.nextInt(2);
            String sent = method + " " + target + " HTTP/1." + minor + "\r\n" + fields + body;
            HttpRequest request =
                    new HttpRequest(method, target, minor, headers, SOURCE)
                            .with(body.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(read(sent.getBytes(StandardCharsets.ISO_8859_1), () -> 50))
                    .as("-Dfuzz.seed=%d", seed)
                    .containsExactly(text(request), "incomplete");
        }
    }

    private static String some(String characters, Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }
}
