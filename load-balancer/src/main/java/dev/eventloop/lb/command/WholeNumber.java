package dev.eventloop.lb.command;

import dev.eventloop.lb.WholeNumbers;
import picocli.CommandLine.TypeConversionException;

/** Numbers as the command line has them: digits, nothing else. */
final class WholeNumber {
    static final int GREATEST = WholeNumbers.GREATEST;

    private WholeNumber() {}

    static int parse(String text) {
        return WholeNumbers.parse(text);
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
