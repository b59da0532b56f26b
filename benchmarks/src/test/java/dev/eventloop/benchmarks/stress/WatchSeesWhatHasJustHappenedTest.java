package dev.eventloop.benchmarks.stress;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A request to the admin port makes the load balancer ask its loops for their byte counts, and
 * returns the counts from before.
 */
@Tag("fast")
class WatchSeesWhatHasJustHappenedTest {
    private final AtomicLong carried = new AtomicLong();
    private final AtomicLong known = new AtomicLong();

    @Test
    @DisplayName("the first line counts its requests, though each answer has the previous counts")
    void firstSecond() throws Exception {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "/", () -> "after " + carried.addAndGet(100));
        answer(
                server,
                "/api/v1/backends",
                () -> "{\"active\":1,\"bytes_down\":" + known.getAndSet(carried.get()) + "}");
        server.start();
        try {
            String root = "http://127.0.0.1:" + server.getAddress().getPort();
            Watch watch = new Watch(root + "/", root, ProcessHandle.current().pid());
            watch.begin();
            for (int i = 0; i < 10; i++) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(root + "/")).build();
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            }
            String[] fields = watch.line().strip().split(" +", -1);
            assertThat(Double.parseDouble(fields[1].replace(",", ""))).isBetween(0.001, 1e6);
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpServer server, String path, Supplier<String> body) {
        server.createContext(
                path,
                exchange -> {
                    byte[] bytes = body.get().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                    exchange.close();
                });
    }
}
