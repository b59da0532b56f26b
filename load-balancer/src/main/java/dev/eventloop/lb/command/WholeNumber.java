package dev.eventloop.lb.command;

import picocli.CommandLine.TypeConversionException;

/** Numbers as the command line has them: digits, nothing else. */
final class WholeNumber {
    static final int GREATEST = 999_999_999;

    private static final int MOST_DIGITS = 9;

    private WholeNumber() {}

    /** The number; -1 if the text is none, or is too large to be meant. */
    static int parse(String text) {
        boolean digits = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits && text.length() <= MOST_DIGITS ? Integer.parseInt(text) : -1;
    }

    static int between(int least, int most, String text) {
        int number = parse(text);
        if (number < least || number > most) {
            throw new TypeConversionException(
                    "\"" + text + "\" is not a whole number from " + least + " to " + most);
        }
        return number;
    }
}
