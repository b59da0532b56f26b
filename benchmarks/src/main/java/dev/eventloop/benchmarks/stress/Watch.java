package dev.eventloop.benchmarks.stress;

import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Reports the load balancer's figures each second, from its admin port and from /proc if there is
 * one. A TCP load balancer counts bytes, not requests, so this class first measures the size of an
 * answer with some requests of its own.
 */
final class Watch {
    static final String HEADING =
            " second   requests/s     MB/s   open   CPU %   CPU µs/req   memory";

    /** Gives the demo's backends, with weights 3, 2 and 1, two full rounds. */
    private static final int TRIALS = 12;

    /** Some iterations of a busy loop. */
    private static final int ANSWER_MILLIS = 50;

    private static final Pattern BYTES = Pattern.compile("\"bytes_down\":(\\d+)");
    private static final Pattern ACTIVE = Pattern.compile("\"active\":(\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String service;
    private final String admin;
    private final Path process;
    private double bytesPerAnswer;
    private int second;
    private State last;

    private record State(long nanos, long bytes, long open, double cpuSeconds, long residentMib) {}

    Watch(String service, String admin, long pid) {
        this.service = service;
        this.admin = admin;
        this.process = Path.of("/proc/" + pid);
    }

    void begin() throws IOException, InterruptedException {
        long before = state().bytes();
        for (int i = 0; i < TRIALS; i++) {
            // A new client opens a new connection, which goes to the next backend
            HttpRequest request = HttpRequest.newBuilder(URI.create(service)).build();
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        }
        last = state();
        bytesPerAnswer = (double) (last.bytes() - before) / TRIALS;
    }

    String line() throws IOException, InterruptedException {
        State now = state();
        double seconds = (now.nanos() - last.nanos()) / 1e9;
        double bytes = now.bytes() - last.bytes();
        double cpu = now.cpuSeconds() - last.cpuSeconds();
        double requests = bytes / bytesPerAnswer;
        String line =
                "%7d %12s %8.1f %6d %7s %12s %8s"
                        .formatted(
                                ++second,
                                Samples.format(requests / seconds),
                                bytes / seconds / 1e6,
                                now.open(),
                                cpu == 0 ? "–" : Samples.format(100 * cpu / seconds),
                                cpu == 0 || requests == 0
                                        ? "–"
                                        : Samples.format(1e6 * cpu / requests),
                                now.residentMib() == 0 ? "–" : now.residentMib() + " MiB");
        last = now;
        return line;
    }

    private State state() throws IOException, InterruptedException {
        backends(); // asks the loops and does not wait for their answers
        TimeUnit.MILLISECONDS.sleep(ANSWER_MILLIS);
        String backends = backends();
        return new State(
                System.nanoTime(),
                sum(BYTES, backends),
                sum(ACTIVE, backends),
                cpuSeconds(),
                residentMib());
    }

    private String backends() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(admin + "/api/v1/backends")).build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static long sum(Pattern number, String text) {
        return number.matcher(text)
                .results()
                .mapToLong(result -> Long.parseLong(result.group(1)))
                .sum();
    }

    /** Returns 0 if unknown. */
    private double cpuSeconds() throws IOException {
        Path file = process.resolve("stat");
        if (!Files.exists(file)) {
            return 0;
        }
        String stat = Files.readString(file);
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        // proc(5): utime and stime, fields 14 and 15, in hundredths of a second
        return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) / 100.0;
    }

    /** Returns 0 if unknown. */
    private long residentMib() throws IOException {
        Path file = process.resolve("status");
        if (!Files.exists(file)) {
            return 0;
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .sum();
    }
}
