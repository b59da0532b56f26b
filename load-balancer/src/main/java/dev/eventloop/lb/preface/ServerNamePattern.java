package dev.eventloop.lb.preface;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The server names that a route is for: one name, {@code www.example.org}, or all names below one,
 * {@code *.example.org}. The wildcard stands for one label or more, as in nginx and HAProxy: {@code
 * *.example.org} is for {@code www.example.org} and {@code a.b.example.org}, and not for {@code
 * example.org}.
 *
 * @param text in lower case, as A-labels and without a dot at its end, whatever it was made of
 */
public record ServerNamePattern(String text) {
    private static final String WILDCARD = "*.";
    private static final String WRITE = "; write a name such as www.example.org or *.example.org";

    /**
     * Java maps these as IDNA 2003 does, which is another name than the one of browsers (UTS 46,
     * section 7, "deviation characters").
     */
    private static final Pattern DEVIATIONS = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    /**
     * Checks what it is given.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public ServerNamePattern {
        boolean wildcard = text.startsWith(WILDCARD);
        String name = wildcard ? text.substring(WILDCARD.length()) : text;
        checkWildcards(text, name);
        byte[] bytes = withoutLastDot(toAscii(text, name)).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = HostNames.lowerCase(bytes[i]);
        }
        String fault = HostNames.fault(bytes, bytes.length);
        if (fault != null) {
            throw wrong(text, fault + WRITE);
        }
        text = (wildcard ? WILDCARD : "") + new String(bytes, StandardCharsets.US_ASCII);
    }

    /**
     * Reads {@code www.example.org} or {@code *.example.org}. Case does not matter, nor does a dot
     * at the end; other characters than those of ASCII become A-labels.
     *
     * @throws IllegalArgumentException with a sentence that says what would be right
     */
    public static ServerNamePattern parse(String text) {
        return new ServerNamePattern(text);
    }

    private static void checkWildcards(String text, String name) {
        if (text.equals("*")) {
            throw wrong(text, "for all names, leave it out or set a default pool");
        }
        int last = name.lastIndexOf('*');
        if (last >= 0) {
            int dot = name.indexOf('.', last);
            String suffix = dot < 0 ? "example.org" : name.substring(dot + 1);
            throw wrong(
                    text,
                    "only the whole first part may be *; write "
                            + (suffix.isEmpty() ? "*.example.org" : WILDCARD + suffix));
        }
        if (text.startsWith(".")) {
            throw wrong(
                    text,
                    "it begins with a dot; write *" + text + " for all names below the domain");
        }
    }

    private static String toAscii(String text, String name) {
        if (DEVIATIONS.matcher(name).find()) {
            throw wrong(
                    text,
                    "what one of its letters stands for depends on the version of IDNA; write the"
                            + " name as it is in DNS, with xn--");
        }
        if (name.chars().allMatch(c -> c < 0x80)) {
            return name;
        }
        if (withoutLastDot(name).length() > HostNames.MAX_LENGTH) {
            // An A-label is not shorter, and IDN fails in its own way from some length on.
            throw wrong(text, HostNames.TOO_LONG + WRITE);
        }
        try {
            return IDN.toASCII(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    sentence(text, "it cannot be converted to A-labels (" + e.getMessage() + ")"),
                    e);
        }
    }

    private static String withoutLastDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException(sentence(text, why));
    }

    private static String sentence(String text, String why) {
        return "the server name \"" + text + "\": " + why;
    }

    /** The key of this pattern in a table: the name, or a wildcard without its {@code *}. */
    byte[] key() {
        String key = text.startsWith(WILDCARD) ? text.substring(1) : text;
        return key.getBytes(StandardCharsets.US_ASCII);
    }

    /** As it is written: {@code *.example.org}. */
    @Override
    public String toString() {
        return text;
    }
}
