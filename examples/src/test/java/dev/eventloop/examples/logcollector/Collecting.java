package dev.eventloop.examples.logcollector;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A collector inside the test, on free ports. */
final class Collecting implements AutoCloseable {
    private final LogCollector collector;
    private final ByteArrayOutputStream trouble = new ByteArrayOutputStream();
    private boolean closed;

    Collecting(Consumer<Settings> choice) throws IOException {
        Settings settings = new Settings();
        settings.port = 0;
        settings.queryPort = 0;
        settings.memory = new Size(4 << 20);
        choice.accept(settings);
        settings.complete();
        collector =
                LogCollector.start(
                        settings, new PrintStream(trouble, true, StandardCharsets.UTF_8));
    }

    /** Starts a collector on this backend. */
    static Collecting on(String backend, Consumer<Settings> choice) throws IOException {
        String before = System.getProperty("eventloop.backend");
        System.setProperty("eventloop.backend", backend);
        try {
            return new Collecting(choice);
        } finally {
            if (before == null) {
                System.clearProperty("eventloop.backend");
            } else {
                System.setProperty("eventloop.backend", before);
            }
        }
    }

    String backend() {
        return collector.backend();
    }

    /** Connects a client that sends lines. */
    Peer client() throws IOException {
        return Peer.connect(collector.address().getPort());
    }

    int port() {
        return collector.address().getPort();
    }

    int queryPort() {
        return collector.queryAddress().getPort();
    }

    /** Sends the text, then FIN, and returns the replies. */
    String send(String text) throws IOException {
        try (Peer client = client()) {
            return client.send(text).finish().readTextToEnd();
        }
    }

    /** Returns the answer to a query. */
    String ask(String question) throws IOException {
        try (Peer asker = Peer.connect(queryPort())) {
            return asker.send(question + "\n").finish().readTextToEnd();
        }
    }

    /** The lines of an answer, without their times and the END line. */
    List<String> lines(String question) throws IOException {
        return ask(question)
                .lines()
                .filter(line -> !line.startsWith("END "))
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .toList();
    }

    /** A number from STATS. */
    long stat(String name) throws IOException {
        return ask("STATS")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    void awaitStat(String name, long value) throws Exception {
        Await.equal(value, () -> stat(name));
    }

    /** The problems printed so far. */
    String trouble() {
        return trouble.toString(StandardCharsets.UTF_8);
    }

    /** The content of all files in a folder, oldest first. */
    static String content(Path folder) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path file : files(folder)) {
            all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    /** Stops the collector in an orderly way. */
    void stop() throws IOException {
        if (!closed) {
            closed = true;
            collector.close();
        }
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
