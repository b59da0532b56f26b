package dev.eventloop.lb.product;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Program;
import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The stream module of nginx with one worker, so that its picks have one order. */
final class Nginx implements RunningProxy {
    private static final Pattern MODULES = Pattern.compile("--modules-path=(\\S+)");

    private final Program program;
    private final int port;
    private final Path log;

    private Nginx(Listening.Result started, Path log) {
        this.program = started.program();
        this.port = started.port();
        this.log = log;
    }

    static Nginx start(Scene scene, Path folder) throws Exception {
        String nginx = Program.find("nginx").toString();
        String load = loadStream(Program.run(nginx, "-V"));
        Path config = folder.resolve("nginx.conf");
        Path ready = folder.resolve("nginx.sock");
        Path log = folder.resolve("access.log");
        return new Nginx(
                Listening.start(
                        port -> {
                            Files.deleteIfExists(ready);
                            Files.writeString(config, load + config(scene, port, folder));
                            return Program.start(
                                    nginx, "-p", folder.toString(), "-c", config.toString());
                        },
                        ready),
                log);
    }

    /** The stream module may be built in, a separate file, or missing. */
    private static String loadStream(String build) {
        if (!build.contains("--with-stream=dynamic")) {
            Product.NGINX.skipUnless(build.contains("--with-stream "), "it has no stream module");
            return "";
        }
        Matcher modules = MODULES.matcher(build);
        String module = modules.find() ? modules.group(1) + "/ngx_stream_module.so" : "";
        Product.NGINX.skipUnless(
                Files.exists(Path.of(module)), "its stream module is not installed");
        return "load_module " + module + ";\n";
    }

    private static String config(Scene scene, int port, Path folder) {
        String format =
                LogLine.FORMAT.formatted(
                        "$remote_addr:$remote_port",
                        "$upstream_addr",
                        "$bytes_received",
                        "$bytes_sent",
                        "$session_time");
        String listen = scene.accepted ? " proxy_protocol;" : ";";
        List<String> server = new ArrayList<>();
        server.add("listen 127.0.0.1:" + port + listen);
        if (scene.bothFamilies) {
            server.add("listen [::1]:" + port + listen);
        }
        scene.denied.forEach(range -> server.add("deny " + range + ";"));
        scene.allowed.forEach(range -> server.add("allow " + range + ";"));
        if (!scene.allowed.isEmpty()) {
            server.add("deny all;");
        }
        if (scene.perSource > 0) {
            server.add("limit_conn source " + scene.perSource + ";");
        }
        if (scene.accepted) {
            server.add("set_real_ip_from 127.0.0.0/8;");
        }
        if (scene.sent == ProxyProtocol.V1) {
            server.add("proxy_protocol on;");
        }
        Product.NGINX.skipUnless(
                scene.sent != ProxyProtocol.V2, "it sends no PROXY header of version 2");
        server.add("proxy_next_upstream " + (scene.retries > 0 ? "on;" : "off;"));
        server.add("proxy_next_upstream_tries " + (scene.retries + 1) + ";");
        boolean routed = !scene.routes.isEmpty();
        server.add(routed ? "ssl_preread on; proxy_pass $routed;" : "proxy_pass backends;");
        List<String> pool = new ArrayList<>();
        pool.add(balance(scene));
        scene.backends.forEach(backend -> pool.add(server(scene, backend)));
        return """
        daemon off;
        worker_processes 1;
        pid %1$s/nginx.pid;
        error_log stderr;
        events { worker_connections 512; }
        stream {
            log_format line "%2$s";
            access_log %1$s/access.log line;
            limit_conn_zone $binary_remote_addr zone=source:1m;
            upstream backends {
                %3$s
            }
            %5$s
            server {
                %4$s
            }
            server {
                listen unix:%1$s/nginx.sock;
                access_log off;
                return "";
            }
        }
        """
                .formatted(
                        folder,
                        format,
                        String.join("\n        ", pool),
                        String.join("\n        ", server),
                        routes(scene));
    }

    private static String routes(Scene scene) {
        if (scene.routes.isEmpty()) {
            return "";
        }
        StringBuilder map = new StringBuilder("map $ssl_preread_server_name $routed { hostnames;");
        scene.routes.forEach(
                (name, port) ->
                        map.append(' ')
                                .append(name)
                                .append(" 127.0.0.1:")
                                .append(port)
                                .append(';'));
        return map.append(" default backends; }").toString();
    }

    private static String balance(Scene scene) {
        return switch (scene.algorithm) {
            case WEIGHTED_ROUND_ROBIN, ROUND_ROBIN -> "";
            case LEAST_CONNECTIONS -> "least_conn;";
            case RANDOM_TWO -> "random two least_conn;";
            case SOURCE_HASH -> "hash $remote_addr consistent;";
        };
    }

    private static String server(Scene scene, BackendOptions backend) {
        int port = ((InetSocketAddress) backend.address()).getPort();
        StringBuilder line = new StringBuilder("server 127.0.0.1:" + port);
        line.append(" weight=").append(backend.weight());
        if (backend.maxConnections() > 0) {
            line.append(" max_conns=").append(backend.maxConnections());
        }
        if (backend.backup()) {
            line.append(" backup");
        }
        if (scene.down.contains(port)) {
            line.append(" down");
        }
        if (scene.checked) {
            line.append(" fail_timeout=1s");
        }
        return line.append(';').toString();
    }

    @Override
    public int port() {
        return port;
    }

    /** Returns at once: nginx has no checks and learns from failed connects. */
    @Override
    public void awaitHealth(int backendPort, boolean up) {}

    /**
     * Returns at once: nginx stops counting a connection before it closes it, so a later client
     * sees the new count.
     */
    @Override
    public void awaitActive(int connections) {}

    @Override
    public void awaitQueued(int clients) {
        throw new UnsupportedOperationException("nginx does not queue clients");
    }

    @Override
    public void use(int backendPort, boolean used) {
        Product.NGINX.skipUnless(false, "its servers cannot be taken down at run time");
    }

    @Override
    public List<LogLine> log(int lines) throws Exception {
        Await.until(lines + " lines are logged, " + program, () -> logged().size() >= lines);
        return logged().stream().map(LogLine::parse).toList();
    }

    /** The log lines without the spaces between addresses. */
    private List<String> logged() throws IOException {
        return Files.readString(log).replace(", ", ",").lines().toList();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
