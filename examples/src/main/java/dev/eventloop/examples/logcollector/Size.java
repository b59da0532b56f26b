package dev.eventloop.examples.logcollector;

import picocli.CommandLine.TypeConversionException;

/** A number of bytes, written {@code 4096}, {@code 64k}, {@code 256m} or {@code 2g}. */
record Size(long bytes) {
    private static final String UNITS = "kmg";

    /**
     * Parses an argument.
     *
     * @throws TypeConversionException with a sentence
     */
    static Size parse(String text) {
        char last = text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
        int unit = UNITS.indexOf(Character.toLowerCase(last));
        String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
        if (!digits.matches("\\d{1,9}")) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not a size; valid are 4096, 64k, 256m");
        }
        return new Size(Long.parseLong(digits) << (10 * (unit + 1)));
    }

    void between(String option, long least, long most) {
        if (bytes < least || bytes > most) {
            throw new IllegalArgumentException(
                    option + " must be " + least + " to " + most + " bytes, not " + bytes);
        }
    }
}
