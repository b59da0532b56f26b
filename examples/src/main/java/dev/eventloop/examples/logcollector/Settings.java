package dev.eventloop.examples.logcollector;

import dev.eventloop.net.ListenOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options. */
final class Settings {
    /** The longest --max-line: a line and a whole read must fit into a chunk. */
    private static final int LONGEST_LINE = 64 * 1024;

    private static final int LEAST_CHUNKS = 4;

    /** Memory for answers to queries, and for replies. */
    private static final long OTHER_BUFFERS = 16L << 20;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            description = "the address to listen on (${DEFAULT-VALUE}); 0.0.0.0 for all interfaces")
    String host = "127.0.0.1";

    @Option(
            names = {"-p", "--port"},
            description = "the port for lines (${DEFAULT-VALUE}); 0 for a free one")
    int port = 9999;

    @Option(
            names = {"-q", "--query-port"},
            description = "the port for queries (${DEFAULT-VALUE}); 0 for a free one")
    int queryPort = 9998;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description = "memory for the lines that can be queried (256m)")
    Size memory = new Size(256L << 20);

    @Option(
            names = "--buffer",
            paramLabel = "SIZE",
            description = "memory for lines not yet in the sink, before senders must wait (32m)")
    Size buffer = new Size(32L << 20);

    @Option(
            names = "--sink",
            description = "${COMPLETION-CANDIDATES} (files with --dir, kafka with --kafka)")
    SinkKind sink;

    @Option(
            names = "--dir",
            paramLabel = "FOLDER",
            description = "store lines in numbered files in this folder")
    Path dir;

    @Option(
            names = "--rotate",
            paramLabel = "SIZE",
            description = "start a new file before one exceeds this size (64m)")
    Size rotate = new Size(64L << 20);

    @Option(
            names = "--keep",
            paramLabel = "FILES",
            description =
                    "delete the oldest files beyond this number; 0 for never (${DEFAULT-VALUE})")
    int keep;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "store lines in a topic of these brokers, separated by commas")
    String kafka;

    @Option(names = "--topic", description = "the Kafka topic (${DEFAULT-VALUE})")
    String topic = "logs";

    @Option(
            names = "--sync",
            description =
                    "when a line is acknowledged: ${COMPLETION-CANDIDATES}: when in memory, in the"
                            + " kernel (or Kafka), on disk (write; none without a sink)")
    Sync sync;

    @Option(
            names = "--reply",
            description =
                    "${COMPLETION-CANDIDATES}: \"OK\" per line, \"OK 123\" for 123 lines, nothing"
                            + " (${DEFAULT-VALUE})")
    ReplyMode reply = ReplyMode.line;

    @Option(
            names = "--max-line",
            paramLabel = "BYTES",
            description = "truncate longer lines to this many bytes (${DEFAULT-VALUE})")
    int maxLine = 8192;

    @Option(
            names = "--max-clients",
            description = "refuse clients beyond this number (${DEFAULT-VALUE})")
    int maxClients = 1000;

    @Option(
            names = "--loops",
            description = "event loops that read, one thread each (${DEFAULT-VALUE})")
    int loops = 1;

    /** Sets the defaults that depend on other options, and validates all. */
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
                    "--sink kafka needs a broker; add --kafka HOST:PORT");
        }
        if (sink == SinkKind.memory && sync != Sync.none) {
            throw new IllegalArgumentException(
                    "--sync "
                            + sync
                            + " needs a sink, because memory does not survive a crash; add --dir FOLDER"
                            + " or --kafka HOST:PORT");
        }
        if (sink == SinkKind.kafka && sync == Sync.fsync) {
            throw new IllegalArgumentException(
                    "--sync fsync is for files; Kafka's brokers decide when they call fsync (see"
                            + " flush.messages) and rely on replicas: use --sync write");
        }
    }

    /**
     * Checks that there is enough direct memory, rather than fail when the first buffer is full.
     */
    void mustFit(long directMemory) {
        long needed = memory.bytes() + buffer.bytes() + OTHER_BUFFERS;
        if (needed > directMemory) {
            throw new IllegalArgumentException(
                    "--memory and --buffer need "
                            + (needed >> 20)
                            + "m, but the JVM limits direct buffers to "
                            + (directMemory >> 20)
                            + "m; choose less, or set JAVA_OPTS=-XX:MaxDirectMemorySize="
                            + ((needed >> 20) + 1)
                            + "m");
        }
    }

    int chunksPerLoop() {
        return (int) (buffer.bytes() / loops / Chunk.SIZE);
    }

    /** Several loops listen on one port, and the kernel spreads the connections. */
    ListenOptions listenOptions() {
        return ListenOptions.defaults().noDelay(true).reusePort(loops > 1);
    }

    private static void require(boolean condition, String option, String right, int value) {
        if (!condition) {
            throw new IllegalArgumentException(option + " must be " + right + ", not " + value);
        }
    }
}
