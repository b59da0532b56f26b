package dev.eventloop.examples.monitor;

import dev.eventloop.EventLoop;
import dev.eventloop.events.SystemEvents;
import dev.eventloop.examples.LoopCommand;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line of the monitor. */
@Command(
        name = "monitor",
        description =
                "Shows live figures of high_perf_lb; plain lines if the output is not a terminal.")
public final class Main extends LoopCommand {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m)");

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "The admin port of high_perf_lb; default ${DEFAULT-VALUE}.")
    private String url;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "The polling interval: 500ms, 1s, 1m; default ${DEFAULT-VALUE}.")
    private String interval;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The same file as in --admin-token-file of high_perf_lb.")
    private Path tokenFile;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Exits after this number of answers; by default never.")
    private long count = Long.MAX_VALUE;

    @Option(names = "--plain", description = "Prints lines, even on a terminal.")
    private boolean plain;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 for a failure, 2 for invalid arguments. */
    public static void main(String... arguments) {
        // Since JDK 22 System.console() is not null without a terminal: JDK-8308591
        System.setProperty("jdk.console", "java.base");
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        AdminPort port = AdminPort.of(url, token());
        Duration period = period();
        if (count <= 0) {
            throw new IllegalArgumentException("--count must be 1 or more, not " + count);
        }
        String refusal;
        try (EventLoop loop = EventLoop.create(options());
                SystemEvents events = SystemEvents.on(loop);
                Screen screen = screen(loop, port);
                Monitor monitor =
                        new Monitor(loop, Sockets.system(), port, period, count, screen)) {
            for (String signal : List.of("SIGINT", "SIGTERM")) {
                events.signal(signal, (name, self) -> self.stop(), loop);
            }
            loop.runUntilStopped();
            refusal = monitor.refusal();
        }
        if (refusal != null) {
            throw new IOException(refusal);
        }
        return 0;
    }

    /** Colours, unless disabled as in https://no-color.org */
    @SuppressWarnings("SystemConsoleNull") // see main
    private Screen screen(EventLoop loop, AdminPort port) {
        if (plain || System.console() == null) {
            return new PlainLines(System.out, LocalTime::now);
        }
        String noColour = System.getenv("NO_COLOR");
        boolean colours = noColour == null || noColour.isEmpty();
        return new TerminalScreen(System.out, port.name(), colours, new TerminalHeight(loop));
    }

    private String token() {
        if (tokenFile == null) {
            return null;
        }
        String token;
        try {
            token = Files.readString(tokenFile).lines().findFirst().orElse("").strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("--token-file " + tokenFile + " cannot be read", e);
        }
        if (!token.matches("[!-~]+")) {
            throw new IllegalArgumentException(
                    "--token-file " + tokenFile + " has no token in its first line");
        }
        return token;
    }

    private Duration period() {
        Matcher matcher = TIME.matcher(interval);
        boolean right = matcher.matches() && Long.parseLong(matcher.group(1)) > 0;
        if (!right) {
            throw new IllegalArgumentException(
                    "--interval " + interval + " is not a valid time; give 500ms, 1s or 1m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
    }
}
