package dev.eventloop.examples.logcollector;

import dev.eventloop.net.ListenOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What can be chosen. */
final class Settings {
    /** Lines and a whole read must fit into a chunk. */
    private static final int LONGEST_LINE = 64 * 1024;

    private static final int LEAST_CHUNKS = 4;

    /** Answers to questions, and replies. */
    private static final long OTHER_BUFFERS = 16L << 20;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "where to listen (${DEFAULT-VALUE}); 0.0.0.0 for everybody")
    String host = "127.0.0.1";

    @Option(
            names = {"-p", "--port"},
            description = "for lines (${DEFAULT-VALUE}); 0 for a free one")
    int port = 9999;

    @Option(
            names = {"-q", "--query-port"},
            description = "for questions (${DEFAULT-VALUE}); 0 for a free one")
    int queryPort = 9998;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "how many bytes of lines can be asked for (256m)")
    Size memory = new Size(256L << 20);

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            description = "lines on their way to the sink, before senders must wait (32m)")
    Size buffer = new Size(32L << 20);

    @Option(
            names = "--sink",
            description = "${COMPLETION-CANDIDATES} (files with --dir, kafka with --kafka)")
    SinkKind sink;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "keep lines in numbered files there")
    Path dir;

    @Option(
            names = "--rotate",
            paramLabel = "SIZE",
            description = "begin a new file where one would become larger (64m)")
    Size rotate = new Size(64L << 20);

    @Option(
            names = "--keep",
            paramLabel = "FILES",
            description = "delete the oldest where there are more; 0 for never (${DEFAULT-VALUE})")
    int keep;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "keep lines in a topic there; several with commas")
    String kafka;

    @Option(names = "--topic", description = "Kafka's topic (${DEFAULT-VALUE})")
    String topic = "logs";

    @Option(
            names = "--sync",
            description =
                    "when a line is acknowledged: ${COMPLETION-CANDIDATES}: in memory, with the"
                            + " system (or Kafka), on the disk (write; none without a sink)")
    Sync sync;

    @Option(
            names = "--reply",
            description =
                    "${COMPLETION-CANDIDATES}: \"OK\" per line, \"OK 123\" for so many, nothing"
                            + " (${DEFAULT-VALUE})")
    ReplyMode reply = ReplyMode.line;

    @Option(
            names = "--max-line",
            paramLabel = "BYTES",
            description = "what is longer is cut there (${DEFAULT-VALUE})")
    int maxLine = 8192;

    @Option(
            names = "--max-clients",
            description = "who comes then is told so and closed (${DEFAULT-VALUE})")
    int maxClients = 1000;

    @Option(
            names = "--loops",
            description = "event loops that read, a thread each (${DEFAULT-VALUE})")
    int loops = 1;

    /** Fills in what follows from the rest. */
    void complete() {
        if (sink == null) {
            sink = dir != null ? SinkKind.files : kafka != null ? SinkKind.kafka : SinkKind.memory;
        }
        if (sync == null) {
            sync = sink == SinkKind.memory ? Sync.none : Sync.write;
        }
        require(port >= 0 && port <= 65535, "--port", "0 to 65535", port);
        require(queryPort >= 0 && queryPort <= 65535, "--query-port", "0 to 65535", queryPort);
        require(maxLine >= 1 && maxLine <= LONGEST_LINE, "--max-line", "1 to 65536", maxLine);
        require(maxClients >= 1, "--max-clients", "1 or more", maxClients);
        require(loops >= 1 && loops <= 64, "--loops", "1 to 64", loops);
        require(keep >= 0, "--keep", "0 or more", keep);
        memory.between("--memory", 1 << 20, Integer.MAX_VALUE - (1 << 20));
        buffer.between("--buffer", (long) LEAST_CHUNKS * loops * Chunk.SIZE, 1L << 34);
        rotate.between("--rotate", Chunk.SIZE, 1L << 50); // a chunk is never divided
        if (sink == SinkKind.files && dir == null) {
            throw new IllegalArgumentException("--sink files needs a folder; add --dir FOLDER");
        }
        if (sink == SinkKind.kafka && kafka == null) {
            throw new IllegalArgumentException(
                    "--sink kafka needs to know where; add --kafka HOST:PORT");
        }
        if (sink == SinkKind.memory && sync != Sync.none) {
            throw new IllegalArgumentException(
                    "--sync "
                            + sync
                            + " promises more than memory can hold; add --dir FOLDER or --kafka"
                            + " HOST:PORT");
        }
        if (sink == SinkKind.kafka && sync == Sync.fsync) {
            throw new IllegalArgumentException(
                    "--sync fsync is for files; Kafka's brokers decide when they call it (their"
                            + " flush.messages), and answer for it by replicas: use --sync write");
        }
    }

    /**
     * Whether there is memory for all this; better to say so now than when the first buffer is
     * full.
     */
    void mustFit(long directMemory) {
        long needed = memory.bytes() + buffer.bytes() + OTHER_BUFFERS;
        if (needed > directMemory) {
            throw new IllegalArgumentException(
                    "--memory and --buffer need "
                            + (needed >> 20)
                            + "m, and the JVM gives buffers "
                            + (directMemory >> 20)
                            + "m; choose less, or JAVA_OPTS=-XX:MaxDirectMemorySize="
                            + ((needed >> 20) + 1)
                            + "m");
        }
    }

    int chunksPerLoop() {
        return (int) (buffer.bytes() / loops / Chunk.SIZE);
    }

    /** Several loops listen at one port, and the system spreads connections. */
    ListenOptions listenOptions() {
        return ListenOptions.defaults().noDelay(true).reusePort(loops > 1);
    }

    private static void require(boolean condition, String option, String right, int value) {
        if (!condition) {
            throw new IllegalArgumentException(option + " must be " + right + ", not " + value);
        }
    }
}
