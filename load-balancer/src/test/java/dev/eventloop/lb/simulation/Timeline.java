package dev.eventloop.lb.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The values of a setting, and when each came into effect. */
class Timeline<T> {
    private final List<Long> times = new ArrayList<>();
    private final List<T> values = new ArrayList<>();

    void add(long since, T value) {
        times.add(since);
        values.add(value);
    }

    final T now() {
        return values.get(values.size() - 1);
    }

    /** When the current value came into effect. */
    final long since() {
        return times.get(times.size() - 1);
    }

    /** All values of the run. */
    final List<T> all() {
        return values;
    }

    /** All values in effect at any time from {@code from} to {@code to}. */
    final List<T> during(long from, long to) {
        List<T> during = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            boolean ended = i + 1 < values.size() && times.get(i + 1) < from;
            if (times.get(i) <= to && !ended) {
                during.add(values.get(i));
            }
        }
        return during;
    }

    /** The times at which a value came into effect for which the condition holds. */
    final List<Long> begins(Predicate<T> such) {
        List<Long> begins = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (such.test(values.get(i))) {
                begins.add(times.get(i));
            }
        }
        return begins;
    }
}
