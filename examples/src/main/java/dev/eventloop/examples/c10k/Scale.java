package dev.eventloop.examples.c10k;

/**
 * A logarithmic axis.
 *
 * @param low the decimal logarithm of the lowest value
 * @param high the decimal logarithm of the highest value
 */
record Scale(double low, double high) {
    /** A scale from one value to the other; a single value is at the beginning. */
    static Scale between(double first, double last) {
        double low = Math.log10(first);
        return new Scale(low, Math.max(Math.log10(last), low + 1e-9));
    }

    /** A scale of whole powers of ten around these values. */
    static Scale ofDecades(double least, double most) {
        double low = Math.floor(Math.log10(least));
        return new Scale(low, Math.max(Math.ceil(Math.log10(most)), low + 1));
    }

    int decades() {
        return (int) Math.round(high - low);
    }

    /** The position of a value: 0 at the beginning, 1 at the end. */
    double fraction(double value) {
        return (Math.log10(value) - low) / (high - low);
    }

    /** The value at a position. */
    double value(double fraction) {
        return Math.pow(10, low + fraction * (high - low));
    }
}
