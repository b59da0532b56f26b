package dev.eventloop.examples.logcollector;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.FreePort;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** A real single-node Kafka, broker and controller, as a process that can be killed and started. */
final class Broker implements AutoCloseable {
    private final Path properties;
    private final int port;
    private Program program;

    /** Prepares the node; {@link #start} starts it. */
    Broker(Path folder) throws IOException {
        port = FreePort.next();
        int controllerPort = FreePort.next();
        properties = folder.resolve("server.properties");
        String text =
                """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%3$s
                num.partitions=3
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                group.initial.rebalance.delay.ms=0
                """
                        .formatted(port, controllerPort, folder.resolve("data"));
        Files.writeString(properties, text, StandardCharsets.UTF_8);
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", properties + ""};
        int exitCode = StorageTool.execute(format, nowhere);
        if (exitCode != 0) {
            throw new IOException("formatting Kafka's folder failed with " + exitCode);
        }
    }

    String address() {
        return String.format(Locale.ROOT, "127.0.0.1:%d", port);
    }

    void start() throws Exception {
        program =
                Program.start(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx256m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "kafka.Kafka",
                                properties.toString()));
        Await.until(
                "Kafka listens",
                () -> {
                    if (!program.isAlive()) {
                        throw new AssertionError("Kafka has exited: " + program);
                    }
                    return accepts();
                });
    }

    private boolean accepts() {
        try (Socket ignored = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return ignored.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Kills the process, as in a power failure. */
    void kill() throws Exception {
        program.signal("KILL");
        int ignored = program.awaitExit();
        program.close();
    }

    @Override
    public void close() throws IOException {
        if (program != null) {
            try {
                program.signal("KILL"); // a clean shutdown would take too long
            } catch (Exception | AssertionError e) {
                // it has exited already
            }
            program.close();
        }
    }
}
