package dev.eventloop.examples.monitor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The changes per second from one sample to the next.
 *
 * @param now the later sample
 * @param accepted new connections per second
 * @param backends the rates per backend, in the order of the sample
 */
record Rates(Sample now, double accepted, List<OfBackend> backends) {
    /**
     * @param connections new connections per second
     */
    record OfBackend(Sample.Backend now, double connections, double bytesUp, double bytesDown) {}

    /**
     * @param before the previous sample; null for the first one. Without a previous value, also for
     *     a new backend, rates are 0.
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

    /** A backend that was removed and added again starts at 0. */
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
