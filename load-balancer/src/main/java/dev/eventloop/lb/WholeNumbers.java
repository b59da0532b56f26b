package dev.eventloop.lb;

/** Whole numbers as people write them. */
public final class WholeNumbers {
    /** What fits into nine digits. */
    public static final int GREATEST = 999_999_999;

    private WholeNumbers() {}

    /** -1 for what is none, or has more than nine digits: no sign, no space, no underscore. */
    public static int parse(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 9;
        for (int i = 0; digits && i < text.length(); i++) {
            digits = text.charAt(i) >= '0' && text.charAt(i) <= '9';
        }
        return digits ? Integer.parseInt(text) : -1;
    }
}
