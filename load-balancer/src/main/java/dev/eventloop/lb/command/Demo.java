package dev.eventloop.lb.command;

import com.sun.net.httpserver.HttpServer;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.Configuration;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The backends of {@code --demo}: three small HTTP servers in this process that answer with their
 * names.
 */
final class Demo implements AutoCloseable {
    private static final List<String> NAMES = List.of("alpha", "beta", "gamma");
    private static final int[] WEIGHTS = {3, 2, 1};
    private static final int THREADS = 4;

    private final Map<String, HttpServer> servers = new LinkedHashMap<>();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS,
                    task -> {
                        Thread thread = new Thread(task, "demo-backend");
                        thread.setDaemon(true);
                        return thread;
                    });

    private Demo() {}

    /** Starts the servers; null without {@code --demo}. */
    static Demo start(Configuration configuration) throws IOException {
        if (!configuration.get(AllSettings.DEMO)) {
            return null;
        }
        Demo demo = new Demo();
        for (String name : NAMES) {
            demo.servers.put(name, demo.serve(name));
        }
        return demo;
    }

    /** Adds the servers as backends. */
    void addTo(LoadBalancerBuilder builder) {
        for (int i = 0; i < NAMES.size(); i++) {
            int port = servers.get(NAMES.get(i)).getAddress().getPort();
            builder.backend("127.0.0.1", port, WEIGHTS[i]);
        }
    }

    private HttpServer serve(String name) throws IOException {
        // TCP_NODELAY: the server writes head and body separately, and Nagle's algorithm with
        // delayed ACKs would delay each response by 40 ms (tcp(7)).
        System.setProperty("sun.net.httpserver.nodelay", "true");
        byte[] answer = (name + "\n").getBytes(StandardCharsets.UTF_8);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", "text/plain");
                    exchange.sendResponseHeaders(200, answer.length);
                    try (OutputStream body = exchange.getResponseBody()) {
                        body.write(answer);
                    }
                });
        server.setExecutor(threads);
        server.start();
        return server;
    }

    /** The answer of the backend with this name; null if it is not one of these servers. */
    String answer(String backend) {
        for (Map.Entry<String, HttpServer> server : servers.entrySet()) {
            if (backend.equals("127.0.0.1:" + server.getValue().getAddress().getPort())) {
                return server.getKey();
            }
        }
        return null;
    }

    @Override
    public void close() {
        servers.values().forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
