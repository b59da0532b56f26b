package dev.eventloop.lb.command;

import dev.eventloop.lb.config.AllSettings;
import dev.eventloop.lb.config.BadConfigurationException;
import dev.eventloop.lb.config.ConfigurationSource;
import dev.eventloop.lb.config.Draft;
import dev.eventloop.lb.handover.NextProcess;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code high_perf_lb reload-binary}: lets the process that runs start the next one, from what is
 * installed now, and waits until that has taken over.
 */
final class ReloadBinary {
    static final String NAME = "reload-binary";

    private static final int CANNOT = 1;
    private static final int BAD_ARGUMENTS = 2;

    private static final String USAGE =
            "high_perf_lb reload-binary --handover PATH, or --config FILE with handover: PATH";

    private ReloadBinary() {}

    /** Whether these are arguments of it. */
    static boolean isMeant(String... arguments) {
        return arguments.length > 0 && arguments[0].equals(NAME);
    }

    /** Returns the exit code. */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        List<String> given = List.of(arguments).subList(1, arguments.length);
        if (given.contains("--help") || given.contains("-h")) {
            out.println("Usage: " + USAGE);
            out.println("Starts the next process, which takes over without a refused connection.");
            return 0;
        }
        try {
            long pid = NextProcess.start(path(given));
            out.println("process " + pid + " has taken over");
            out.flush();
            return 0;
        } catch (BadConfigurationException e) {
            e.mistakes().forEach(err::println);
            return BAD_ARGUMENTS;
        } catch (IllegalArgumentException e) {
            err.println("high_perf_lb: " + e.getMessage());
            return BAD_ARGUMENTS;
        } catch (IOException e) {
            err.println("high_perf_lb: " + e.getMessage());
            return CANNOT;
        }
    }

    private static Path path(List<String> given) throws BadConfigurationException {
        String option = given.size() == 2 ? given.get(0) : "";
        Path path =
                switch (option) {
                    case "--handover" -> Path.of(given.get(1));
                    case "--config" ->
                            new ConfigurationSource(given.get(1), new Draft())
                                    .read()
                                    .get(AllSettings.HANDOVER);
                    default -> throw new IllegalArgumentException("write " + USAGE);
                };
        if (path == null) {
            throw new IllegalArgumentException(given.get(1) + " has no handover; write " + USAGE);
        }
        return path;
    }
}
