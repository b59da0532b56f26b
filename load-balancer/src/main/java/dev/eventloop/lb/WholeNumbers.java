package dev.eventloop.lb;

/** Whole numbers as people write them. */
public final class WholeNumbers {
    /** The greatest number of nine digits. */
    public static final int GREATEST = 999_999_999;

    private WholeNumbers() {}

    /** Returns -1 unless the text is one to nine digits, without sign, space or underscore. */
    public static int parse(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits ? Integer.parseInt(text) : -1;
    }
}
