package dev.eventloop.lb.command;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An nginx with a TLS server on each of several ports, which answers with the name of its site and
 * its port. Each site has a self-signed certificate for its own names.
 */
final class TlsSites implements AutoCloseable {
    private final Program program;
    private final Path folder;

    private TlsSites(Program program, Path folder) {
        this.program = program;
        this.folder = folder;
    }

    /**
     * Starts it.
     *
     * @param names the server name of each site; the first part of its certificate files
     * @param ports the ports of each site
     */
    static TlsSites start(Path folder, Map<String, String> names, Map<String, List<Integer>> ports)
            throws Exception {
        StringBuilder servers = new StringBuilder();
        for (Map.Entry<String, String> site : names.entrySet()) {
            certify(folder, site.getKey(), site.getValue());
            for (int port : ports.get(site.getKey())) {
                servers.append(server(folder, site.getKey(), port));
            }
        }
        Path config = folder.resolve("nginx.conf");
        Files.writeString(config, config(folder, servers.toString()));
        Program program =
                Program.start(
                        Program.find("nginx").toString(),
                        "-p",
                        folder.toString(),
                        "-c",
                        config.toString());
        for (List<Integer> each : ports.values()) {
            for (int port : each) {
                awaitListening(program, port);
            }
        }
        return new TlsSites(program, folder);
    }

    private static void certify(Path folder, String site, String name) throws Exception {
        String ignored =
                Program.run(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "1",
                        "-subj",
                        "/CN=" + site,
                        "-addext",
                        "subjectAltName=DNS:" + name,
                        "-keyout",
                        folder.resolve(site + ".key").toString(),
                        "-out",
                        folder.resolve(site + ".pem").toString());
    }

    private static String server(Path folder, String site, int port) {
        return """
                server {
                    listen 127.0.0.1:%3$d ssl;
                    ssl_certificate %1$s/%2$s.pem;
                    ssl_certificate_key %1$s/%2$s.key;
                    location / { return 200 "%2$s %3$d"; }
                }
        """
                .formatted(folder, site, port);
    }

    private static String config(Path folder, String servers) {
        return """
        daemon off;
        worker_processes 1;
        pid %1$s/nginx.pid;
        error_log stderr;
        events { worker_connections 512; }
        http {
            access_log off;
            client_body_temp_path %1$s;
            proxy_temp_path %1$s;
            fastcgi_temp_path %1$s;
            uwsgi_temp_path %1$s;
            scgi_temp_path %1$s;
        %2$s
        }
        """
                .formatted(folder, servers);
    }

    private static void awaitListening(Program program, int port) throws Exception {
        Await.until(
                "nginx listens: " + program,
                () -> {
                    try (Peer probe = Peer.connect(port)) {
                        return probe.localPort() > 0;
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    /** The certificate of a site, which a client has to trust. */
    String certificate(String site) {
        return folder.resolve(site + ".pem").toString();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
