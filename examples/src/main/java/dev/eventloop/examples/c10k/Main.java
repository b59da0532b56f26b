package dev.eventloop.examples.c10k;

import dev.eventloop.BackendInfo;
import dev.eventloop.EventLoop;
import dev.eventloop.examples.ExampleCommand;
import dev.eventloop.libc.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the C10K lesson. */
@Command(
        name = "c10k",
        description =
                "Measures what a wake-up costs with each backend as idle connections become more.")
public final class Main extends ExampleCommand {
    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final int MOST_BUSY = 1_000;

    @Parameters(
            arity = "0..1",
            paramLabel = "CONNECTIONS",
            defaultValue = "10000",
            description = "How many idle connections in the end, ${DEFAULT-VALUE} unless given.")
    private int connections;

    @Option(
            names = "--busy",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many are ready at each wake-up, ${DEFAULT-VALUE} unless given.")
    private int busy;

    @Option(
            names = "--backends",
            paramLabel = "NAME",
            split = ",",
            description = "Which backends, in this order; all that there are unless given.")
    private List<String> backends;

    @Option(
            names = "--millis",
            paramLabel = "MS",
            defaultValue = "300",
            description = "How long each figure is measured, ${DEFAULT-VALUE} ms unless given.")
    private int millis;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Also draws the chart into this file.")
    private Path svg;

    private final PrintStream out = System.out;
    private volatile boolean stopped;

    private Main() {}

    /** Runs to its end; exit code 0, 1 if it could not run, 2 for what it can't accept. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        check();
        if (svg != null) {
            write(""); // what can't be written is told of before the work
        }
        Signals.handle("SIGINT", () -> stopped = true);
        Signals.handle("SIGTERM", () -> stopped = true);
        List<String> names = backends == null ? available() : backends;
        out.printf(
                Locale.ROOT,
                "CPU time of a wake-up with %s; %d connections are ready, the others idle:%n",
                String.join(", ", names),
                busy);
        Experiment experiment =
                new Experiment(
                        names, busy, TimeUnit.MILLISECONDS.toNanos(millis), () -> stopped, out);
        Results results = experiment.run(reachable());
        if (stopped) {
            out.println("stopped");
        } else {
            show(results);
        }
        return 0;
    }

    private void check() {
        checkRange("CONNECTIONS", connections, 1, MOST_CONNECTIONS);
        checkRange("--busy", busy, 1, MOST_BUSY);
        checkRange("--millis", millis, 1, Integer.MAX_VALUE);
        if (backends != null && !available().containsAll(backends)) {
            throw new IllegalArgumentException(
                    "--backends "
                            + String.join(",", backends)
                            + " names one that is not there; there are "
                            + String.join(", ", available()));
        }
    }

    /** The oldest first, as history went. */
    private static List<String> available() {
        List<String> names =
                EventLoop.backends().stream()
                        .filter(BackendInfo::available)
                        .map(BackendInfo::name)
                        .collect(Collectors.toList());
        Collections.reverse(names);
        return names;
    }

    /** As many as wanted, or as this process may have open; and says so. */
    private int reachable() throws IOException {
        long most = OpenFiles.left() - 2L * busy;
        if (most < 1) {
            throw new IOException(
                    "this process may have "
                            + OpenFiles.limit()
                            + " files open, too few for any connection; raise ulimit -n");
        }
        if (connections > most) {
            out.printf(
                    Locale.ROOT,
                    "%,d cannot be reached: this process may have %,d files open (ulimit -n), which"
                            + " leaves room for %,d.%n",
                    connections,
                    OpenFiles.limit(),
                    most);
        }
        return (int) Math.min(connections, most);
    }

    private void show(Results results) throws IOException {
        if (results.rows().isEmpty()) {
            throw new IOException("not one connection could be made");
        }
        out.println();
        Chart.draw(results).forEach(out::println);
        out.println();
        Conclusion.of(results).forEach(out::println);
        if (svg != null) {
            write(SvgChart.draw(results));
            out.println();
            out.println("The chart is in " + svg + ".");
        }
    }

    private void write(String picture) throws IOException {
        try {
            Files.writeString(svg, picture);
        } catch (NoSuchFileException e) {
            throw new IOException("--svg " + svg + ": there is no such folder", e);
        } catch (AccessDeniedException e) {
            throw new IOException("--svg " + svg + ": permission denied", e);
        } catch (IOException e) {
            throw new IOException("--svg " + svg + " cannot be written: " + e.getMessage(), e);
        }
    }
}
