package dev.eventloop.benchmarks.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The results of repeated measurements, one number per round, in order. */
public final class Samples {
    private final List<Double> values = new ArrayList<>();

    public void add(double value) {
        values.add(value);
    }

    public boolean isEmpty() {
        return values.isEmpty();
    }

    public double median() {
        return quantile(0.5);
    }

    /** Half of the samples are between the first and the third quartile. */
    public double firstQuartile() {
        return quantile(0.25);
    }

    public double thirdQuartile() {
        return quantile(0.75);
    }

    /**
     * This divided by the other, round by round. A disturbance of the machine affects both values
     * of a round, so the ratios vary less than the values.
     */
    public Samples dividedBy(Samples other) {
        Samples ratios = new Samples();
        for (int i = 0; i < Math.min(values.size(), other.values.size()); i++) {
            ratios.add(values.get(i) / other.values.get(i));
        }
        return ratios;
    }

    /** All values multiplied by a factor, to change the unit. */
    public Samples times(double factor) {
        Samples product = new Samples();
        values.forEach(value -> product.add(value * factor));
        return product;
    }

    /** The median, with the quartiles if they differ: {@code "612 (598–640)"}. */
    @Override
    public String toString() {
        if (values.isEmpty()) {
            return "–";
        }
        String spread = format(firstQuartile()) + "–" + format(thirdQuartile());
        String median = format(median());
        return spread.equals(median + "–" + median) ? median : median + " (" + spread + ")";
    }

    /** Formats with three significant digits; the measurements are no more precise. */
    public static String format(double value) {
        double size = Math.abs(value);
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        int decimals = size >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + (size < 0.1 ? 3 : decimals) + "f", value);
    }

    private double quantile(double fraction) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        double position = fraction * (sorted.size() - 1);
        int below = (int) Math.floor(position);
        int above = (int) Math.ceil(position);
        return sorted.get(below) + (position - below) * (sorted.get(above) - sorted.get(below));
    }
}
