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

/** The command line of the C10K experiment. */
@Command(
        name = "c10k",
        description =
                "Measures the cost of a wake-up with each backend as idle connections increase.")
public final class Main extends ExampleCommand {
    private static final int MOST_CONNECTIONS = 1_000_000;
    private static final int MOST_BUSY = 1_000;

    @Parameters(
            arity = "0..1",
            paramLabel = "CONNECTIONS",
            defaultValue = "10000",
            description = "The final number of idle connections; default ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--busy",
            paramLabel = "N",
            defaultValue = "3",
            description = "Ready connections at each wake-up; default ${DEFAULT-VALUE}.")
    private int busy;

    @Option(
            names = "--backends",
            paramLabel = "NAME",
            split = ",",
            description = "The backends, in this order; by default all available.")
    private List<String> backends;

    @Option(
            names = "--millis",
            paramLabel = "MS",
            defaultValue = "300",
            description = "How long to measure each figure; default ${DEFAULT-VALUE} ms.")
    private int millis;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Also writes the chart to this SVG file.")
    private Path svg;

    private final PrintStream out = System.out;
    private volatile boolean stopped;

    private Main() {}

    /** Runs the experiment; exit code 0, 1 for a failure, 2 for invalid arguments. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        check();
        if (svg != null) {
            write(""); // find out before the work whether it is writable
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
                            + " names an unavailable backend; available are "
                            + String.join(", ", available()));
        }
    }

    /** The oldest system call first. */
    private static List<String> available() {
        List<String> names =
                EventLoop.backends().stream()
                        .filter(BackendInfo::available)
                        .map(BackendInfo::name)
                        .collect(Collectors.toList());
        Collections.reverse(names);
        return names;
    }

    /** The wanted number, or as many as the limit of open files allows, with a message. */
    private int reachable() throws IOException {
        long most = OpenFiles.left() - 2L * busy;
        if (most < 1) {
            throw new IOException(
                    "this process may open only "
                            + OpenFiles.limit()
                            + " files, too few for any connection; raise ulimit -n");
        }
        if (connections > most) {
            out.printf(
                    Locale.ROOT,
                    "%,d connections cannot be reached: this process may open %,d files (ulimit"
                            + " -n), which leaves room for %,d.%n",
                    connections,
                    OpenFiles.limit(),
                    most);
        }
        return (int) Math.min(connections, most);
    }

    private void show(Results results) throws IOException {
        if (results.rows().isEmpty()) {
            throw new IOException("no connection could be opened");
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
            throw new IOException("--svg " + svg + ": the folder does not exist", e);
        } catch (AccessDeniedException e) {
            throw new IOException("--svg " + svg + ": permission denied", e);
        } catch (IOException e) {
            throw new IOException("--svg: writing " + svg + " failed: " + e.getMessage(), e);
        }
    }
}
