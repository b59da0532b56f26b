package dev.eventloop.examples.c10k;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The results: per number of idle connections, the cost of a wake-up with each backend. */
final class Results {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<String> backends;
    private final int busy;
    private final List<Row> rows = new ArrayList<>();

    /** Nanoseconds per wake-up, in the order of the backends. */
    record Row(int idle, List<Double> nanos) {}

    Results(List<String> backends, int busy) {
        this.backends = List.copyOf(backends);
        this.busy = busy;
    }

    void add(int idle, List<Double> nanos) {
        rows.add(new Row(idle, List.copyOf(nanos)));
    }

    List<String> backends() {
        return backends;
    }

    int busy() {
        return busy;
    }

    List<Row> rows() {
        return rows;
    }

    Row first() {
        return rows.get(0);
    }

    Row last() {
        return rows.get(rows.size() - 1);
    }

    /** The ratio of the last row's cost to the first row's. */
    double growth(int backend) {
        return last().nanos().get(backend) / first().nanos().get(backend);
    }

    double least() {
        return rows.stream().mapToDouble(row -> Collections.min(row.nanos())).min().orElseThrow();
    }

    double most() {
        return rows.stream().mapToDouble(row -> Collections.max(row.nanos())).max().orElseThrow();
    }

    /** Formats a time like {@code "4.2 µs"}; further digits would not be reproducible. */
    static String time(double nanos) {
        if (nanos < NANOS_PER_MILLI) {
            return digits(nanos / NANOS_PER_MICRO) + " µs";
        }
        return digits(nanos / NANOS_PER_MILLI) + " ms";
    }

    static String digits(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%,.0f", value);
    }
}
