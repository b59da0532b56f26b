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
        description = "Shows what high_perf_lb does, live; plain lines where there is no terminal.")
public final class Main extends LoopCommand {
    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})(ms|s|m)");

    @Parameters(
            arity = "0..1",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8081",
            description = "The admin port of high_perf_lb, ${DEFAULT-VALUE} unless given.")
    private String url;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "How often it is asked: 500ms, 1s, 1m; ${DEFAULT-VALUE} unless given.")
    private String interval;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "The file whose first line high_perf_lb has in --admin-token-file.")
    private Path tokenFile;

    @Option(
            names = "--count",
            paramLabel = "N",
            description = "Ends after so many answers; goes on unless given.")
    private long count = Long.MAX_VALUE;

    @Option(names = "--plain", description = "Prints lines, even to a terminal.")
    private boolean plain;

    private Main() {}

    /** Runs until a signal; exit code 0, 1 if it could not run, 2 for what it can't accept. */
    public static void main(String... arguments) {
        // JDK 22 has a console even where there is no terminal, but for this one: JDK-8308591
        System.setProperty("jdk.console", "java.base");
        execute(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        AdminPort port = AdminPort.of(url, token());
        Duration period = period();
        if (count <= 0) {
            throw new IllegalArgumentException("--count " + count + " is no answer at all");
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

    /** Colours are for people who have not said no: https://no-color.org */
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
                    "--interval " + interval + " is no time; give 500ms, 1s or 1m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
        };
    }
}
