package dev.eventloop.lb.command;

import com.sun.net.httpserver.HttpServer;
import dev.eventloop.lb.LoadBalancerBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Three small HTTP servers in this process, each of which answers with its name. */
final class Demo implements AutoCloseable {
    private static final List<String> NAMES = List.of("alpha", "beta", "gamma");
    private static final int[] WEIGHTS = {3, 2, 1};
    private static final int THREADS = 4;

    private final List<HttpServer> servers = new ArrayList<>();
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS,
                    task -> {
                        Thread thread = new Thread(task, "demo-backend");
                        thread.setDaemon(true);
                        return thread;
                    });

    private Demo() {}

    /** Starts the servers and adds them to the load balancer's backends. */
    static Demo start(LoadBalancerBuilder builder) throws IOException {
        Demo demo = new Demo();
        for (int i = 0; i < NAMES.size(); i++) {
            int port = demo.serve(NAMES.get(i));
            builder.backend("127.0.0.1", port, WEIGHTS[i]);
        }
        return demo;
    }

    private int serve(String name) throws IOException {
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
        servers.add(server);
        return server.getAddress().getPort();
    }

    /** The name of a backend, in the order of {@link LoadBalancerBuilder#backend}. */
    String name(int index) {
        return NAMES.get(index);
    }

    @Override
    public void close() {
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
