package dev.eventloop.examples.chat;

import dev.eventloop.examples.ExampleCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the measurement. */
@Command(
        name = "measure",
        description =
                "Measures broadcasts to many sessions, with a copy for each and with one shared"
                        + " packet.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class MeasureCommand extends ExampleCommand {
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double BYTES_PER_MIB = 1024 * 1024;
    private static final int MOST_SESSIONS = 8_000;
    private static final long MOST_BYTES = 64 * 1024 * 1024;

    @Option(
            names = "--sessions",
            paramLabel = "N",
            defaultValue = "1000",
            description = "The number of sessions; default ${DEFAULT-VALUE}.")
    private int sessions;

    @Option(
            names = "--broadcasts",
            paramLabel = "N",
            defaultValue = "100",
            description = "The number of packets per session; default ${DEFAULT-VALUE}.")
    private int broadcasts;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "100",
            description = "The length of a message; default ${DEFAULT-VALUE}.")
    private int bytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "The number of rounds; default ${DEFAULT-VALUE}.")
    private int rounds;

    private final PrintStream out = System.out;

    @Override
    public Integer call() throws IOException {
        checkRange("--sessions", sessions, 1, MOST_SESSIONS);
        checkRange("--broadcasts", broadcasts, 1, SendQueue.MOST_PACKETS);
        checkRange(
                "--bytes",
                bytes,
                1,
                Math.min(Protocol.MOST, SendQueue.MOST_BYTES / broadcasts) - Protocol.HEADER - 1);
        checkRange("--rounds", rounds, 1, 1_000);
        if ((long) sessions * broadcasts * bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "--sessions times --broadcasts times --bytes is more than "
                            + MOST_BYTES
                            + " bytes, too much for a copy per session");
        }
        out.printf(
                Locale.ROOT,
                "%,d sessions, %,d broadcasts of %,d bytes: %,d packets. Medians of %d rounds, taken"
                        + " in turn.%n%n",
                sessions,
                broadcasts,
                bytes,
                sessions * broadcasts,
                rounds);
        out.println("                                 a copy each    one for all    ratio");
        try (Broadcasts measured = new Broadcasts(sessions, broadcasts, bytes)) {
            show("queueing only", measured.queueing(rounds));
            show("queueing and sending", measured.sending(rounds));
            out.printf(
                    Locale.ROOT,
                    "%-28s %12.1f MiB %10.2f MiB %8.0f%n",
                    "memory while all are queued",
                    measured.copiedBytes() / BYTES_PER_MIB,
                    measured.sharedBytes() / BYTES_PER_MIB,
                    (double) measured.copiedBytes() / measured.sharedBytes());
        }
        return 0;
    }

    private void show(String what, Broadcasts.Pair nanos) {
        out.printf(
                Locale.ROOT,
                "%-28s %13.2f ms %11.2f ms %8.1f%n",
                what,
                nanos.copied() / NANOS_PER_MILLI,
                nanos.shared() / NANOS_PER_MILLI,
                nanos.copied() / nanos.shared());
    }
}
