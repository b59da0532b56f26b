package dev.eventloop.benchmarks.suites;

import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.JvmOptions;
import dev.eventloop.benchmarks.pipes.WatchedPipes;
import dev.eventloop.benchmarks.report.BarChart;
import dev.eventloop.benchmarks.report.MarkdownTable;
import dev.eventloop.benchmarks.report.Report;
import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the JMH benchmarks and puts them into tables. */
public final class SuitesPart {
    private static final List<String> LOOPS =
            List.of("epoll", "poll", "select", WatchedPipes.NIO, WatchedPipes.NETTY);
    private static final List<Class<?>> SUITES =
            List.of(
                    DispatchBenchmark.class,
                    RegistrationBenchmark.class,
                    WakeupBenchmark.class,
                    TimerBenchmark.class,
                    TimerPeersBenchmark.class,
                    PickingBenchmark.class);

    private final Effort effort;
    private final Map<String, Samples> figures = new LinkedHashMap<>();

    public SuitesPart(Effort effort) {
        this.effort = effort;
    }

    public void run(Report report, Consumer<String> progress) throws IOException {
        Instant start = report.now();
        for (int round = 1; round <= effort.suiteRounds(); round++) {
            for (Class<?> suite : SUITES) {
                progress.accept(
                        "jmh: round %d of %d, %s"
                                .formatted(round, effort.suiteRounds(), suite.getSimpleName()));
                run(suite);
            }
        }
        report.put("jmh-dispatch", dispatch());
        report.put(
                "jmh-dispatch",
                dispatchChart(),
                "Wait and dispatch per event, %d active".formatted(effort.active().get(0)));
        report.put("jmh-registration", registration());
        report.put("jmh-wakeup", wakeup());
        report.put("jmh-timers", timers());
        report.put("jmh-picking", picking());
        report.putWhen(
                "jmh",
                start,
                "%d times %d iterations of %d ms each, each benchmark in a separate JVM"
                        .formatted(
                                effort.suiteRounds(),
                                effort.suiteIterations(),
                                effort.suiteMillis()));
    }

    private void run(Class<?> suite) throws IOException {
        TimeValue time = TimeValue.milliseconds(effort.suiteMillis());
        ChainedOptionsBuilder options =
                new OptionsBuilder()
                        .include("\\." + suite.getSimpleName() + "\\.")
                        .forks(effort.suiteForks())
                        .warmupIterations(1)
                        .warmupTime(TimeValue.milliseconds(effort.suiteWarmUpMillis()))
                        .measurementIterations(effort.suiteIterations())
                        .measurementTime(time)
                        .jvmArgs(JvmOptions.forChildren().toArray(String[]::new))
                        .verbosity(VerboseMode.SILENT)
                        .timeout(TimeValue.seconds(20))
                        .shouldFailOnError(true);
        if (List.of(DispatchBenchmark.class, RegistrationBenchmark.class, WakeupBenchmark.class)
                .contains(suite)) {
            options.param("loop", WatchedPipes.usable(LOOPS).toArray(String[]::new));
        }
        if (suite == DispatchBenchmark.class) {
            options.param("registered", strings(effort.pipes()));
            options.param("active", strings(effort.active()));
        }
        try {
            for (RunResult result : new Runner(options.build()).run()) {
                keep(result);
            }
        } catch (RunnerException e) {
            throw new IOException(suite.getSimpleName() + " failed: " + e.getMessage(), e);
        }
    }

    private static String[] strings(List<Integer> numbers) {
        return numbers.stream().map(String::valueOf).toArray(String[]::new);
    }

    private void keep(RunResult result) {
        String method = result.getPrimaryResult().getLabel();
        StringBuilder key = new StringBuilder(method);
        for (String name :
                List.of("loop", "registered", "active", "running", "algorithm", "backends")) {
            String value = result.getParams().getParam(name);
            if (value != null) {
                key.append('/').append(value);
            }
        }
        Samples samples = figures.computeIfAbsent(key.toString(), name -> new Samples());
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                samples.add(iteration.getPrimaryResult().getScore());
            }
        }
    }

    /** Empty if not measured. */
    private Samples figure(Object... key) {
        String name = String.join("/", Arrays.stream(key).map(String::valueOf).toList());
        return figures.getOrDefault(name, new Samples());
    }

    private Samples perEvent(String loop, int registered, int active) {
        return figure("waitAndDispatch", loop, registered, active).times(1.0 / active);
    }

    private MarkdownTable dispatch() {
        List<String> headings = new ArrayList<>(List.of("ns per event"));
        for (int active : effort.active()) {
            for (int registered : effort.pipes()) {
                headings.add("%,d fds, %d active".formatted(registered, active));
            }
        }
        MarkdownTable table = new MarkdownTable(headings.toArray(String[]::new));
        for (String loop : LOOPS) {
            List<Samples> row = new ArrayList<>();
            for (int active : effort.active()) {
                for (int registered : effort.pipes()) {
                    row.add(perEvent(loop, registered, active));
                }
            }
            table.row(nameOf(loop), row);
        }
        return table;
    }

    private BarChart dispatchChart() {
        int active = effort.active().get(0);
        BarChart chart =
                new BarChart(
                        "A wait that finds " + active + " of the registered fds", "ns per event");
        for (int registered : effort.pipes()) {
            for (String loop : LOOPS) {
                chart.bar(
                        "%,d fds".formatted(registered),
                        nameOf(loop),
                        perEvent(loop, registered, active));
            }
        }
        return chart;
    }

    private MarkdownTable registration() {
        MarkdownTable table = new MarkdownTable("ns", "mod", "del and add");
        for (String loop : LOOPS) {
            table.row(nameOf(loop), List.of(figure("mod", loop), figure("delAndAdd", loop)));
        }
        return table;
    }

    private MarkdownTable wakeup() {
        MarkdownTable table = new MarkdownTable("µs", "from execute until the task has run");
        for (String loop : LOOPS) {
            table.row(nameOf(loop), List.of(figure("executeAndSee", loop).times(1e-3)));
        }
        return table;
    }

    private MarkdownTable timers() {
        MarkdownTable table = new MarkdownTable("ns per timer", "10 running", "10,000 running");
        timers(table, "eventloop: start and cancel", "startAndCancel", false);
        timers(table, "Netty: start and cancel", "startAndCancelNetty", false);
        timers(
                table,
                "ScheduledThreadPoolExecutor: start and cancel",
                "startAndCancelExecutor",
                false);
        timers(table, "eventloop: restart a running timer", "restart", false);
        timers(table, "eventloop: start and expire", "startAllAndExpire", true);
        timers(table, "Netty: start and expire", "startAllAndExpireNetty", true);
        return table;
    }

    private void timers(MarkdownTable table, String what, String method, boolean ofAll) {
        Samples few = figure(method, 10).times(ofAll ? 1.0 / 10 : 1);
        Samples many = figure(method, 10_000).times(ofAll ? 1.0 / 10_000 : 1);
        table.row(what, List.of(few, many));
    }

    private MarkdownTable picking() {
        MarkdownTable table =
                new MarkdownTable(
                        "ns per pick and release", "1 backend", "10 backends", "100 backends");
        for (String algorithm : List.of("wrr", "rr", "least-conn", "random2", "source-hash")) {
            List<Samples> row = new ArrayList<>();
            for (int backends : List.of(1, 10, 100)) {
                row.add(figure("pickAndRelease", algorithm, backends));
            }
            table.row(algorithm, row);
        }
        return table;
    }

    private static String nameOf(String loop) {
        return switch (loop) {
            case WatchedPipes.NIO -> "java.nio Selector";
            case WatchedPipes.NETTY -> "Netty, epoll";
            default -> "eventloop, " + loop;
        };
    }
}
