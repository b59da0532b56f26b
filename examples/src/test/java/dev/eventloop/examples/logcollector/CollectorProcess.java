package dev.eventloop.examples.logcollector;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A collector as users start it: a process, on free ports. */
final class CollectorProcess implements AutoCloseable {
    private static final Pattern PORTS =
            Pattern.compile("listens on [^ ]+:(\\d+) for lines, on [^ ]+:(\\d+) for queries");

    private final Program program;
    private int port;
    private int queryPort;

    private CollectorProcess(Program program) {
        this.program = program;
    }

    /** Runs the command with these arguments, valid or not. */
    static Program command(String... arguments) throws IOException {
        return command(List.of(), arguments);
    }

    private static Program command(List<String> before, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-XX:TieredStopAtLevel=1"); // starts faster on 2 cores
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return Program.start(command);
    }

    /** Starts the process and waits until it listens. */
    static CollectorProcess start(String... arguments) throws Exception {
        return startUnder(List.of(), arguments);
    }

    /** Starts it as an argument of another program. */
    static CollectorProcess startUnder(List<String> other, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--port", "0", "--query-port", "0"));
        all.addAll(List.of("--memory", "4m"));
        all.addAll(List.of(arguments));
        CollectorProcess process = new CollectorProcess(command(other, all.toArray(String[]::new)));
        Await.until("it listens: " + process.program, process::listens);
        return process;
    }

    private boolean listens() throws IOException {
        Matcher matcher = PORTS.matcher(program.output());
        if (!matcher.find()) {
            if (!program.isAlive()) {
                throw new AssertionError("it has exited: " + program);
            }
            return false;
        }
        port = Integer.parseInt(matcher.group(1));
        queryPort = Integer.parseInt(matcher.group(2));
        return true;
    }

    int port() {
        return port;
    }

    int queryPort() {
        return queryPort;
    }

    String ask(String question) throws IOException {
        try (Peer asker = Peer.connect(queryPort)) {
            return asker.send(question + "\n").finish().readTextToEnd();
        }
    }

    void signal(String name) throws Exception {
        program.signal(name);
    }

    int awaitExit() throws Exception {
        return program.awaitExit();
    }

    String output() throws IOException {
        return program.output();
    }

    @Override
    public void close() throws IOException {
        program.close();
    }
}
