package dev.eventloop.lb.proxyprotocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts HAProxy and nginx for a test; skips it if they are not installed. */
final class RealProxies {
    private static final Pattern MODULES = Pattern.compile("--modules-path=(\\S+)");

    private RealProxies() {}

    /**
     * Starts HAProxy with this {@code bind} line; {@code last} is the line that says what to do
     * with connections.
     */
    static Program haproxy(Path folder, String mode, String bind, String last) throws IOException {
        require("haproxy");
        Path config = folder.resolve("haproxy.cfg");
        Files.writeString(
                config,
                """
                global
                    maxconn 100
                defaults
                    timeout connect 30s
                    timeout client 30s
                    timeout server 30s
                listen proxy
                    mode %s
                    %s
                    %s
                """
                        .formatted(mode, bind, last));
        return Program.start(Program.find("haproxy").toString(), "-db", "-f", config.toString());
    }

    /** Starts an nginx that answers every header on this port of 127.0.0.1 with its content. */
    static Program nginx(Path folder, int port) throws Exception {
        require("nginx");
        String nginx = Program.find("nginx").toString();
        Path config = folder.resolve("nginx.conf");
        Files.writeString(
                config,
                """
                %1$s
                daemon off;
                worker_processes 1;
                pid %2$s/nginx.pid;
                error_log stderr;
                events { worker_connections 512; }
                stream {
                    server {
                        listen 127.0.0.1:%3$d proxy_protocol;
                        return "from $proxy_protocol_addr $proxy_protocol_port to \
                $proxy_protocol_server_addr $proxy_protocol_server_port; over $remote_addr \
                $remote_port to $server_addr $server_port";
                    }
                }
                """
                        .formatted(loadStream(Program.run(nginx, "-V")), folder, port));
        return Program.start(nginx, "-p", folder.toString(), "-c", config.toString());
    }

    /** The stream module may be built in, a separate file, or missing. */
    private static String loadStream(String build) {
        if (!build.contains("--with-stream=dynamic")) {
            skipUnless(build.contains("--with-stream "), "nginx has no stream module");
            return "";
        }
        Matcher modules = MODULES.matcher(build);
        String module = modules.find() ? modules.group(1) + "/ngx_stream_module.so" : "";
        skipUnless(Files.exists(Path.of(module)), "nginx's stream module is not installed");
        return "load_module " + module + ";";
    }

    /** Connects as soon as the program listens. */
    static Peer connect(Program program, InetAddress address, int port) throws Exception {
        AtomicReference<Peer> peer = new AtomicReference<>();
        Await.until(
                "it listens: " + program,
                () -> {
                    assertThat(program.isAlive()).as("%s", program).isTrue();
                    try {
                        peer.set(Peer.connect(address, port));
                    } catch (ConnectException e) {
                        return false;
                    }
                    return true;
                });
        return peer.get();
    }

    /** A port that was free just now; these programs cannot pick a port and report it. */
    static int freePort(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return socket.getLocalPort();
        } catch (SocketException e) {
            skipUnless(false, "there is no " + address.getHostAddress() + " here: " + e);
            throw e;
        }
    }

    private static void require(String program) {
        skipUnless(Program.find(program) != null, program + " is not on the PATH");
    }

    private static void skipUnless(boolean available, String why) {
        if (!available) {
            System.out.println("HaproxyAndNginxAgreeTest: skipped, because " + why);
        }
        assumeTrue(available, why);
    }
}
