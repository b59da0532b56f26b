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
                "Broadcasts to many sessions, with a copy for each and with one packet for all, and"
                        + " says what it costs.",
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
            description = "How many sessions, ${DEFAULT-VALUE} unless given.")
    private int sessions;

    @Option(
            names = "--broadcasts",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many packets to each of them, ${DEFAULT-VALUE} unless given.")
    private int broadcasts;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "100",
            description = "How long a message is, ${DEFAULT-VALUE} unless given.")
    private int bytes;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "9",
            description = "How often it is measured, ${DEFAULT-VALUE} unless given.")
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
                            + " bytes, too much to have a copy for each");
        }
        out.printf(
                Locale.ROOT,
                "%,d sessions, %,d broadcasts of %,d bytes: %,d packets. Medians of %d rounds, in"
                        + " turns.%n%n",
                sessions,
                broadcasts,
                bytes,
                sessions * broadcasts,
                rounds);
        out.println("                                 a copy each    one for all    times");
        try (Broadcasts measured = new Broadcasts(sessions, broadcasts, bytes)) {
            show("putting them into the queues", measured.queueing(rounds));
            show("and through sockets", measured.sending(rounds));
            out.printf(
                    Locale.ROOT,
                    "%-28s %12.1f MiB %10.2f MiB %8.0f%n",
                    "memory while all wait",
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
