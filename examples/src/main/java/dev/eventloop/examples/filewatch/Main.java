package dev.eventloop.examples.filewatch;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.events.EventSource;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.examples.LoopCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the file watcher. */
@Command(
        name = "file-watch",
        description = "Runs a command when files in a folder change, and prints the events.",
        customSynopsis = "file-watch [OPTIONS] DIR [-- COMMAND...]")
public final class Main extends LoopCommand {
    private static final int MOST_MILLIS = 3_600_000;

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "The folder to watch, without subfolders.")
    private Path folder;

    @Parameters(
            index = "1..*",
            paramLabel = "COMMAND",
            description =
                    "The command to run, with its arguments; without it, changes are only printed.")
    private List<String> command = List.of();

    @Option(
            names = "--restart",
            description = "Stops a command that is still running, instead of waiting for it.")
    private boolean restart;

    @Option(
            names = "--now",
            description = "Runs the command at the start, too, not only at changes.")
    private boolean now;

    @Option(
            names = "--only",
            paramLabel = "GLOB",
            description = "Only files whose name matches, such as '*.java'; all by default.")
    private String only = "*";

    @Option(
            names = "--debounce",
            paramLabel = "MS",
            defaultValue = "100",
            description =
                    "Milliseconds without changes before the command runs; default ${DEFAULT-VALUE}.")
    private int debounce;

    @Option(
            names = "--heartbeat",
            paramLabel = "MS",
            defaultValue = "10000",
            description =
                    "Milliseconds between status lines; default ${DEFAULT-VALUE}, 0 for none.")
    private int heartbeat;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description = "Stops when this process exits, like tail --pid.")
    private Long pid;

    private final PrintStream out = System.out;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 for a failure, 2 for invalid arguments. */
    public static void main(String... arguments) {
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        checkRange("--debounce", debounce, 0, MOST_MILLIS);
        checkRange("--heartbeat", heartbeat, 0, MOST_MILLIS);
        PathMatcher matcher = matcher();
        ProcessHandle other = pid == null ? null : process(pid);
        try (EventLoop loop = EventLoop.create(options());
                SystemEvents events = SystemEvents.on(loop)) {
            Journal journal = new Journal(out);
            CommandRunner runner = new CommandRunner(loop, events, journal, command, restart);
            journal.whenClosed(() -> runner.giveUp("its output was closed"));
            FolderWatcher watcher =
                    new FolderWatcher(loop, journal, matcher, Duration.ofMillis(debounce), runner);
            watch(events, watcher);
            if (other != null) {
                events.exit(other, (ended, code, self) -> self.onOtherExit(ended), runner);
            }
            for (String signal : List.of("SIGINT", "SIGTERM", "SIGHUP")) {
                events.signal(signal, (name, self) -> self.onSignal(name), runner);
            }
            if (heartbeat > 0) {
                loop.newTimer(() -> journal.say(watcher + ", " + runner))
                        .startPeriodic(Duration.ofMillis(heartbeat));
            }
            journal.say(
                    "watches " + folder + " through " + loop.backendName() + ": " + how(events));
            if (now) {
                runner.want();
            }
            loop.runUntilStopped();
            journal.say("stopped: " + watcher + ", " + runner);
            return runner.exitCode();
        }
    }

    private PathMatcher matcher() {
        try {
            return FileSystems.getDefault().getPathMatcher("glob:" + only);
        } catch (PatternSyntaxException e) {
            String why = e.getDescription() + "; valid are '*.java' or '{a,b}*'";
            throw new IllegalArgumentException(
                    "--only '" + only + "' is not a valid pattern: " + why, e);
        }
    }

    private void watch(SystemEvents events, FolderWatcher watcher) throws IOException {
        try {
            events.folder(folder, (change, name, self) -> self.onChange(change, name), watcher);
        } catch (UnsupportedOperationException e) {
            throw new IOException(e.getMessage(), e);
        } catch (ErrnoException e) {
            throw e.errnoName().equals("ENOTDIR")
                    ? new IOException(
                            folder + " is not a folder; give the folder that contains it", e)
                    : e;
        }
    }

    private static String how(SystemEvents events) {
        return events.capabilities().stream()
                .map(EventSource::toString)
                .collect(Collectors.joining(", "));
    }

    private static ProcessHandle process(long pid) {
        if (pid == ProcessHandle.current().pid()) {
            throw new IllegalArgumentException(
                    "--pid " + pid + " is file-watch itself; give the id of another process");
        }
        return ProcessHandle.of(pid)
                .orElseThrow(
                        () -> new IllegalArgumentException("--pid " + pid + ": no such process"));
    }
}
