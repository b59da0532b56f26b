package dev.eventloop.lb.command;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The command by which this process was started, to start the next one. */
final class NextCommand {
    /** The path of the launcher, as it was called: a link may lead to a newer version by now. */
    private static final String LAUNCHER = "HIGH_PERF_LB_LAUNCHER";

    /** proc(5): each argument ends with a NUL. */
    private static final Path OF_LINUX = Path.of("/proc/self/cmdline");

    /** What the service manager has said to this process alone. */
    private static final List<String> OWN_VARIABLES =
            List.of("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "WATCHDOG_PID");

    private static volatile List<String> arguments = List.of();

    private NextCommand() {}

    /** The arguments of this process. */
    static void remember(String... given) {
        arguments = List.of(given);
    }

    /**
     * Starts it with the same arguments, environment and standard streams.
     *
     * @throws IOException if it cannot be started
     */
    static Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command()).inheritIO();
        Map<String, String> environment = builder.environment();
        environment.keySet().removeAll(OWN_VARIABLES);
        return JvmOutput.withOriginal(builder::start);
    }

    private static List<String> command() throws IOException {
        String launcher = System.getenv(LAUNCHER);
        List<String> command = new ArrayList<>();
        if (launcher != null && Files.isExecutable(Path.of(launcher))) {
            command.add(launcher);
            command.addAll(arguments);
            return command;
        }
        ProcessHandle.Info info = ProcessHandle.current().info();
        command.add(info.command().orElseThrow(() -> unknown(launcher)));
        command.addAll(ownArguments(info).orElseThrow(() -> unknown(launcher)));
        return command;
    }

    /** Java itself knows them only if they are short, on Linux up to 4 KiB. */
    private static Optional<List<String>> ownArguments(ProcessHandle.Info info) throws IOException {
        if (!Files.isReadable(OF_LINUX)) {
            return info.arguments().map(List::of);
        }
        String[] all = Files.readString(OF_LINUX, Charset.defaultCharset()).split("\0", -1);
        return Optional.of(List.of(all).subList(1, all.length - 1));
    }

    private static IOException unknown(String launcher) {
        return new IOException(
                launcher == null
                        ? "the command of this process is unknown; start it by the launcher"
                        : "there is no launcher " + launcher + " any more");
    }
}
