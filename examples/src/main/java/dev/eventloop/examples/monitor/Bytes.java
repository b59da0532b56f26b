package dev.eventloop.examples.monitor;

import java.util.Locale;

/** Formats byte counts with a unit. */
final class Bytes {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Bytes() {}

    /** Returns {@code "0 B"}, {@code "999 B"}, {@code "1.2 kB"}. */
    static String text(double count) {
        int unit = 0;
        double value = count;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
