package dev.eventloop.lb.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts the load balancer on free loopback ports, relays one connection, and exits. The launcher
 * runs it once to record the classes that are loaded, and makes a class data sharing (CDS) archive
 * of them.
 */
public final class Rehearsal {
    private static final Pattern LISTENS = Pattern.compile("listens on 127\\.0\\.0\\.1:(\\d+);");
    private static final int DEADLINE_MILLIS = 20_000;
    private static final int STEP_MILLIS = 10;

    private Rehearsal() {}

    /** Takes no arguments; exits the process, with code 0 on success. */
    public static void main(String... none) throws IOException, InterruptedException {
        try (ServerSocket backend = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            PrintStream out = new PrintStream(output, true, StandardCharsets.UTF_8);
            Thread command =
                    new Thread(
                            () ->
                                    HighPerfLb.execute(
                                            out,
                                            out,
                                            "--bind=127.0.0.1",
                                            "--threads=1",
                                            "0",
                                            "127.0.0.1:" + backend.getLocalPort()));
            Logging.choose();
            command.setDaemon(true);
            command.start();
            connect(port(output), backend);
        }
        System.exit(0);
    }

    private static int port(ByteArrayOutputStream output) throws IOException, InterruptedException {
        for (int waited = 0; waited < DEADLINE_MILLIS; waited += STEP_MILLIS) {
            Matcher line = LISTENS.matcher(output.toString(StandardCharsets.UTF_8));
            if (line.find()) {
                return Integer.parseInt(line.group(1));
            }
            Thread.sleep(STEP_MILLIS);
        }
        throw new IOException("the load balancer did not start: " + output);
    }

    /**
     * Relays one byte in each direction and closes. The backend also skips health checks, which
     * send nothing.
     */
    private static void connect(int port, ServerSocket backend) throws IOException {
        backend.setSoTimeout(DEADLINE_MILLIS);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write(1);
            int received = -1;
            while (received < 0) {
                try (Socket served = backend.accept()) {
                    received = served.getInputStream().read();
                    if (received >= 0) {
                        served.getOutputStream().write(received);
                    }
                }
            }
            if (client.getInputStream().read() != received) {
                throw new IOException("the byte received is not the byte sent");
            }
        }
    }
}
