package dev.eventloop.lb.product;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * HAProxy with one thread, so that its picks have one order. Its state is read through its runtime
 * API.
 */
final class Haproxy implements RunningProxy {
    /** The row types of {@code show stat} (management guide). */
    private static final int BACKEND = 2;

    private static final int SERVERS = 4;

    /** The column indexes of {@code show stat}. */
    private static final int NAME = 1;

    private static final int QUEUED = 2;
    private static final int CURRENT = 4;
    private static final int STATUS = 17;

    private final Program program;
    private final int port;
    private final Path socket;

    private Haproxy(Listening.Result started, Path socket) {
        this.program = started.program();
        this.port = started.port();
        this.socket = socket;
    }

    static Haproxy start(Scene scene, Path folder) throws Exception {
        Path config = folder.resolve("haproxy.cfg");
        Path socket = folder.resolve("haproxy.sock");
        String haproxy = Program.find("haproxy").toString();
        return new Haproxy(
                Listening.start(
                        port -> {
                            Files.writeString(config, config(scene, port, socket));
                            return Program.start(haproxy, "-db", "-f", config.toString());
                        },
                        socket),
                socket);
    }

    private static String config(Scene scene, int port, Path socket) {
        String bind = scene.accepted ? " accept-proxy" : "";
        // connection rules run before the PROXY header is read, session rules after
        String rule = "tcp-request " + (scene.accepted ? "session " : "connection ");
        String format = LogLine.FORMAT.formatted("%ci:%cp", "%si:%sp", "%U", "%B", "%Tt");
        List<String> lines = new ArrayList<>();
        lines.add(
                """
                global
                    maxconn 200
                    nbthread 1
                    stats socket %s level admin
                    log stdout format raw local0
                defaults
                    mode tcp
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                    timeout queue 30s
                    retries %d
                    option redispatch 1
                listen proxy
                    log global
                    log-format "%s"
                    option allbackups
                    bind 127.0.0.1:%d%s"""
                        .formatted(socket, scene.retries, format, port, bind));
        if (scene.bothFamilies) {
            lines.add("bind [::1]:" + port + bind);
        }
        for (String range : scene.denied) {
            lines.add(rule + "reject if { src " + range + " }");
        }
        if (!scene.allowed.isEmpty()) {
            String ranges = String.join(" ", scene.allowed);
            lines.add(rule + "reject unless { src " + ranges + " }");
        }
        if (scene.perSource > 0 || scene.ratePerSource > 0) {
            lines.add("stick-table type ip size 1k expire 10m store conn_cur,conn_rate(60s)");
            lines.add(rule + "track-sc0 src");
        }
        if (scene.perSource > 0) {
            lines.add(rule + "reject if { sc0_conn_cur gt " + scene.perSource + " }");
        }
        if (scene.ratePerSource > 0) {
            lines.add(rule + "reject if { sc0_conn_rate gt " + scene.ratePerSource + " }");
        }
        routes(scene, lines);
        lines.add("balance " + balance(scene.algorithm));
        if (scene.algorithm == Algorithm.SOURCE_HASH) {
            lines.add("hash-type consistent sdbm avalanche");
        }
        scene.backends.forEach(backend -> lines.add(server(scene, backend)));
        String proxy = String.join("\n    ", lines) + "\n";
        return proxy + routedServers(scene);
    }

    private static void routes(Scene scene, List<String> lines) {
        if (!scene.routes.isEmpty()) {
            lines.add("tcp-request inspect-delay 5s");
            lines.add("tcp-request content accept if { req.ssl_hello_type 1 }");
        }
        scene.routes.forEach(
                (name, port) -> {
                    String match = name.startsWith("*") ? "-m end " + name.substring(1) : name;
                    lines.add("use_backend r" + port + " if { req.ssl_sni -i " + match + " }");
                });
    }

    private static String routedServers(Scene scene) {
        StringBuilder sections = new StringBuilder();
        for (int port : scene.routes.values()) {
            sections.append("backend r").append(port).append('\n');
            sections.append("    server s 127.0.0.1:").append(port).append('\n');
        }
        return sections.toString();
    }

    /** Draws 64 servers for random, because draws may repeat and two different ones are needed. */
    private static String balance(Algorithm algorithm) {
        return switch (algorithm) {
            case WEIGHTED_ROUND_ROBIN, ROUND_ROBIN -> "roundrobin";
            case LEAST_CONNECTIONS -> "leastconn";
            case RANDOM_TWO -> "random(64)";
            case SOURCE_HASH -> "source";
        };
    }

    private static String server(Scene scene, BackendOptions backend) {
        int port = ((InetSocketAddress) backend.address()).getPort();
        StringBuilder line = new StringBuilder("server s" + port + " 127.0.0.1:" + port);
        line.append(" weight ").append(backend.weight());
        if (backend.maxConnections() > 0) {
            line.append(" maxconn ").append(backend.maxConnections());
        }
        if (backend.backup()) {
            line.append(" backup");
        }
        if (scene.down.contains(port)) {
            line.append(" disabled");
        }
        if (scene.checked) {
            line.append(" check inter 50ms fall 1 rise 1");
        }
        if (scene.closeWhenBackendFails) {
            line.append(" on-marked-down shutdown-sessions");
        }
        if (scene.sent != null) {
            line.append(scene.sent == ProxyProtocol.V1 ? " send-proxy" : " send-proxy-v2");
        }
        return line.toString();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void awaitHealth(int backendPort, boolean up) throws Exception {
        Await.until(
                "the server has changed its status, " + program,
                () -> rows(SERVERS).get("s" + backendPort)[STATUS].equals(up ? "UP" : "DOWN"));
    }

    @Override
    public void awaitActive(int connections) throws Exception {
        Await.until(
                connections + " sessions are open, " + program,
                () -> sum(CURRENT, rows(SERVERS)) == connections);
    }

    @Override
    public void awaitQueued(int clients) throws Exception {
        Await.until(
                clients + " clients are queued, " + program,
                () -> sum(QUEUED, rows(SERVERS)) + sum(QUEUED, rows(BACKEND)) == clients);
    }

    private static int sum(int column, Map<String, String[]> rows) {
        return rows.values().stream().mapToInt(row -> Integer.parseInt(row[column])).sum();
    }

    private Map<String, String[]> rows(int kind) throws IOException {
        return ask("show stat proxy " + kind + " -1")
                .lines()
                .filter(line -> line.startsWith("proxy,"))
                .map(line -> line.split(",", -1))
                .collect(Collectors.toMap(fields -> fields[NAME], fields -> fields));
    }

    @Override
    public void use(int backendPort, boolean used) throws IOException {
        String answer =
                ask("set server proxy/s" + backendPort + " state " + (used ? "ready" : "maint"));
        if (!answer.isBlank()) {
            throw new AssertionError(answer);
        }
    }

    private String ask(String command) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            Channels.newOutputStream(channel)
                    .write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            return new String(
                    Channels.newInputStream(channel).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Override
    public List<LogLine> log(int lines) throws Exception {
        Await.until(lines + " lines are logged, " + program, () -> logged().size() >= lines);
        return logged().stream().map(LogLine::parse).toList();
    }

    private List<String> logged() throws IOException {
        return program.output().lines().filter(line -> line.startsWith("client=")).toList();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
