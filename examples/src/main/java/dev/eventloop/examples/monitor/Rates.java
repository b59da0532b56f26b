package dev.eventloop.examples.monitor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What has changed from one sample to the next, per second.
 *
 * @param now the later one
 * @param accepted new connections
 * @param backends in the order of the sample
 */
record Rates(Sample now, double accepted, List<OfBackend> backends) {
    /**
     * @param connections new ones
     */
    record OfBackend(Sample.Backend now, double connections, double bytesUp, double bytesDown) {}

    /**
     * @param before null for the first sample: then all rates are 0, as are those of a backend that
     *     is new
     */
    static Rates between(Sample before, Sample now) {
        Map<String, Sample.Backend> earlier = new HashMap<>();
        if (before != null) {
            before.backends().forEach(backend -> earlier.put(backend.name(), backend));
        }
        double seconds = before == null ? 1 : Math.max(1, now.nanos() - before.nanos()) / 1e9;
        List<OfBackend> rates = new ArrayList<>();
        for (Sample.Backend each : now.backends()) {
            Sample.Backend was = earlier.getOrDefault(each.name(), each);
            rates.add(
                    new OfBackend(
                            each,
                            rate(was.connections(), each.connections(), seconds),
                            rate(was.bytesUp(), each.bytesUp(), seconds),
                            rate(was.bytesDown(), each.bytesDown(), seconds)));
        }
        long accepted = before == null ? now.accepted() : before.accepted();
        return new Rates(now, rate(accepted, now.accepted(), seconds), List.copyOf(rates));
    }

    /** A backend that was removed and added again begins at 0. */
    private static double rate(long before, long now, double seconds) {
        return Math.max(0, now - before) / seconds;
    }

    double bytesUp() {
        return backends.stream().mapToDouble(OfBackend::bytesUp).sum();
    }

    double bytesDown() {
        return backends.stream().mapToDouble(OfBackend::bytesDown).sum();
    }
}
