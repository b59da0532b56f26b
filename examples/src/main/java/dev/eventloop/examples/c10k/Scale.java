package dev.eventloop.examples.c10k;

/**
 * A logarithmic axis.
 *
 * @param low the decimal logarithm of the value at its beginning
 * @param high that of the value at its end
 */
record Scale(double low, double high) {
    /** From one value to the other; a single value is at the beginning. */
    static Scale between(double first, double last) {
        double low = Math.log10(first);
        return new Scale(low, Math.max(Math.log10(last), low + 1e-9));
    }

    /** Whole powers of ten around these values. */
    static Scale ofDecades(double least, double most) {
        double low = Math.floor(Math.log10(least));
        return new Scale(low, Math.max(Math.ceil(Math.log10(most)), low + 1));
    }

    int decades() {
        return (int) Math.round(high - low);
    }

    /** Where a value is: 0 at the beginning, 1 at the end. */
    double fraction(double value) {
        return (Math.log10(value) - low) / (high - low);
    }

    /** The value that is there. */
    double value(double fraction) {
        return Math.pow(10, low + fraction * (high - low));
    }
}
