package dev.eventloop.lb;

import java.time.Duration;

/** Checks the ranges of numbers and durations; the exception says what would be right. */
final class Amounts {
    private Amounts() {}

    static int positive(int value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be 1 or more");
        }
        return value;
    }

    static int notNegative(int value, String what) {
        if (value < 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be 0 or more");
        }
        return value;
    }

    static Duration positive(Duration value, String what) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(
                    what + " is " + Durations.toString(value) + "; it must be more than 0");
        }
        return value;
    }

    static Duration notNegative(Duration value, String what) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(
                    what + " is " + Durations.toString(value) + "; it must be 0 or more");
        }
        return value;
    }
}
