package dev.eventloop.benchmarks.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs wrk against the load balancer for a fixed time and prints figures each second. */
@Command(
        name = "benchmarks/stress",
        mixinStandardHelpOptions = true,
        version = "eventloop stress",
        description = {
            "Puts ./high_perf_lb under load, with wrk as the clients and nginx as the backend (or"
                    + " the demo's backends if there is no nginx). Prints figures each second, and"
                    + " stops by itself.",
            ""
        })
public final class Stress implements Callable<Integer> {
    @Option(
            names = "--seconds",
            defaultValue = "10",
            description = "Duration of the load; ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--connections",
            defaultValue = "64",
            description = "Keep-alive connections of the clients; ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Event loops of the load balancer; ${DEFAULT-VALUE}.")
    private int threads;

    @Option(names = "--demo", description = "Use the demo's backends even if there is nginx.")
    private boolean demo;

    @Option(names = "--home", hidden = true, description = "The project's folder.")
    private Path home = Path.of(".");

    @Spec private CommandSpec spec;

    /** Runs the command. */
    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new Stress())
                        .setExecutionExceptionHandler(Stress::failed)
                        .execute(arguments));
    }

    private static int failed(
            Exception failure, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        if (failure instanceof IOException) {
            command.getErr().println("benchmarks/stress: " + failure.getMessage());
            return 1;
        }
        throw failure;
    }

    @Override
    public Integer call() throws Exception {
        if (seconds < 1 || connections < 1 || threads < 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--seconds, --connections and --threads must be at least 1");
        }
        Path wrk = Running.find("wrk");
        if (wrk == null) {
            throw new IOException(
                    "there is no wrk on the PATH; install it, for example with apt-get install wrk");
        }
        Path nginx = demo ? null : Running.find("nginx");
        Path folder = Files.createTempDirectory("stress");
        try (Nginx backend = nginx == null ? null : Nginx.start(nginx, folder);
                Running balancer = Running.start(balancerCommand(backend))) {
            String service = balancer.awaitMatch("listens on \\S*?(:\\d+);");
            String admin = balancer.awaitMatch("Admin page: (http://\\S+)/");
            Watch watch = new Watch("http://127.0.0.1" + service + "/", admin, balancer.pid());
            say(
                    "%d connections of wrk, with %s as the backend, for %d s; Ctrl-C stops earlier"
                            .formatted(
                                    connections,
                                    backend == null ? "the demo's backends" : "nginx",
                                    seconds));
            watch.begin();
            try (Running clients = Running.start(wrkCommand(wrk, service))) {
                say(Watch.HEADING);
                while (clients.isRunningAfterSecond()) {
                    say(watch.line());
                }
                say("");
                say(clients.output().stripTrailing());
            }
        } finally {
            Running.delete(folder);
        }
        return 0;
    }

    private List<String> balancerCommand(Nginx backend) {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("high_perf_lb").toString());
        if (backend == null) {
            command.add("--demo");
        }
        command.add("0");
        if (backend != null) {
            command.add(backend.address());
        }
        command.addAll(
                List.of(
                        "--bind",
                        "127.0.0.1",
                        "--threads",
                        Integer.toString(threads),
                        "--admin",
                        "127.0.0.1:0",
                        "--drain-timeout",
                        "1s"));
        return command;
    }

    private List<String> wrkCommand(Path wrk, String service) {
        return List.of(
                wrk.toString(),
                "-t1",
                "-c" + connections,
                "-d" + seconds + "s",
                "--latency",
                "http://127.0.0.1" + service + "/");
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
        spec.commandLine().getOut().flush();
    }
}
