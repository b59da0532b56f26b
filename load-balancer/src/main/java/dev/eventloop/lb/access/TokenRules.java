package dev.eventloop.lb.access;

import java.util.regex.Pattern;

/** What a token of the admin port must be. */
public final class TokenRules {
    /** From here on nobody guesses it, unless it is a word. */
    public static final int LEAST = 16;

    /**
     * Where none is needed, a shorter one is better than none; this is the least for a password
     * that people choose: NIST SP 800-63B, section 5.1.1.2.
     */
    private static final int LEAST_WHERE_OPTIONAL = 8;

    /** How to make one, as the end of a sentence. */
    public static final String ADVICE =
            "use at least "
                    + LEAST
                    + " letters and digits, such as the output of: openssl rand -hex 32";

    private static final Pattern HEADER_SAFE = Pattern.compile("[!-~]+");

    private TokenRules() {}

    /**
     * Checks a token.
     *
     * @param isOptional whether the admin port needs none, since only this machine reaches it
     * @throws IllegalArgumentException with the end of a sentence whose subject is the token
     */
    public static void check(String token, boolean isOptional) {
        if (!HEADER_SAFE.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "is empty, or has spaces or non-ASCII characters, which a header cannot carry; "
                            + ADVICE);
        }
        if (token.length() < (isOptional ? LEAST_WHERE_OPTIONAL : LEAST)) {
            throw new IllegalArgumentException(
                    "has " + token.length() + " characters, which can be guessed; " + ADVICE);
        }
    }
}
