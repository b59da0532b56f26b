package dev.eventloop.lb.preface;

/** What is a host name, in the bytes of a ClientHello and in a route alike. */
final class HostNames {
    /** Of a name, as text (RFC 1035, section 2.3.4, without the lengths and the root). */
    static final int MAX_LENGTH = 253;

    static final String TOO_LONG = "it has more than 253 characters";

    private static final int MAX_LABEL = 63;

    private HostNames() {}

    static byte lowerCase(byte character) {
        return character >= 'A' && character <= 'Z' ? (byte) (character | 0x20) : character;
    }

    /**
     * Why the first {@code length} bytes are no host name in lower case; null if they are one.
     * Underscores are allowed, because names in DNS have them. Allocates nothing.
     */
    static String fault(byte[] name, int length) {
        if (length == 0) {
            return "the name is empty";
        }
        if (length > MAX_LENGTH) {
            return TOO_LONG;
        }
        int label = 0;
        boolean number = true;
        for (int i = 0; i <= length; i++) {
            if (i < length && name[i] != '.') {
                if (!mayBeInLabel(name[i])) {
                    return "only letters, digits, - and _ may be between the dots";
                }
                number &= isDigit(name[i]);
                continue;
            }
            if (i == label) {
                return "there is nothing before or after a dot";
            }
            if (i - label > MAX_LABEL) {
                return "a part between dots has more than 63 characters";
            }
            if (i < length) {
                label = i + 1;
                number = true;
            }
        }
        return number
                ? "its last part is a number, as in an IP address, which clients never send (RFC"
                        + " 6066, section 3)"
                : null;
    }

    private static boolean mayBeInLabel(byte character) {
        return (character >= 'a' && character <= 'z')
                || isDigit(character)
                || character == '-'
                || character == '_';
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }
}
