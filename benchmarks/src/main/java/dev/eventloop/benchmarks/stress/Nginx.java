package dev.eventloop.benchmarks.stress;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An nginx with one worker that answers every request with the same hundred bytes. */
record Nginx(Running running, int port) implements AutoCloseable {
    private static final int START_SECONDS = 10;

    static Nginx start(Path program, Path folder) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(
                configuration,
                """
                daemon off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log stderr;
                events { worker_connections 8192; }
                http {
                    access_log off;
                    keepalive_requests 1000000000;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    server {
                        listen 127.0.0.1:%2$d;
                        location / { return 200 "%3$s"; }
                    }
                }
                """
                        .formatted(folder, port, "x".repeat(100)));
        Running running =
                Running.start(
                        List.of(
                                program.toString(),
                                "-c",
                                configuration.toString(),
                                "-p",
                                folder.toString()));
        Nginx nginx = new Nginx(running, port);
        try {
            nginx.await();
            return nginx;
        } catch (IOException | InterruptedException e) {
            nginx.close();
            throw e;
        }
    }

    private void await() throws IOException, InterruptedException {
        for (int i = 0; i < START_SECONDS; i++) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) { // not yet
                TimeUnit.MILLISECONDS.sleep(100);
            }
            if (!running.isRunningAfterSecond()) {
                break;
            }
        }
        throw new IOException("nginx did not start: " + running.output().strip());
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        running.close();
    }
}
