package dev.eventloop.lb.proxyprotocol;

/**
 * Parses a complete version 1 line whose first words were already checked. Strict: one space
 * between fields, no leading zeroes in decimal numbers, IPv6 as in RFC 4291 section 2.2, with or
 * without an IPv4 part at the end.
 */
final class LineParser {
    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;
    private static final int GROUP_DIGITS = 4;
    private static final int NONE = -1;

    private byte[] line = {};
    private int end;

    /** The index of the next byte to parse. */
    private int at;

    private final int[] groups = new int[GROUPS];

    /** The address that was parsed last. */
    private long high;

    private long low;

    /**
     * Parses a line.
     *
     * @param end the index of its CR LF
     * @return null, or a clause that says what is wrong with the line
     */
    String parse(byte[] line, int end, ProxyAddresses into) {
        this.line = line;
        this.end = end;
        if (line["PROXY ".length()] == Format.UNKNOWN_LINE["PROXY ".length()]) {
            at = Format.UNKNOWN_LINE.length;
            return at == end || peek() == ' ' ? null : "its protocol is not TCP4, TCP6 or UNKNOWN";
        }
        at = Format.TCP4_LINE.length;
        return parseAddresses(line["PROXY TCP".length()] == '4', into);
    }

    private String parseAddresses(boolean v4, ProxyAddresses into) {
        if (!address(v4) || !take(' ')) {
            return v4 ? "its source is not an IPv4 address" : "its source is not an IPv6 address";
        }
        long sourceHigh = high;
        long sourceLow = low;
        if (!address(v4) || !take(' ')) {
            return v4
                    ? "its destination is not an IPv4 address"
                    : "its destination is not an IPv6 address";
        }
        int sourcePort = decimal(0xffff);
        if (sourcePort == NONE || !take(' ')) {
            return "its source port is not a number from 0 to 65535";
        }
        int destinationPort = decimal(0xffff);
        if (destinationPort == NONE || at != end) {
            return "its destination port is not a number from 0 to 65535";
        }
        into.set(sourceHigh, sourceLow, sourcePort, high, low, destinationPort);
        return null;
    }

    private boolean address(boolean v4) {
        return v4 ? ipv4() : ipv6();
    }

    private boolean ipv4() {
        long ip = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            int number = i == 0 || take('.') ? decimal(0xff) : NONE;
            if (number == NONE) {
                return false;
            }
            ip = ip << Byte.SIZE | number;
        }
        high = 0;
        low = 0xffff_0000_0000L | ip;
        return true;
    }

    private boolean ipv6() {
        int gap = NONE; // the number of groups before the double colon
        int count = 0;
        if (take(':')) {
            if (!take(':')) {
                return false;
            }
            gap = 0;
        }
        while (count < GROUPS && hexDigit() != NONE) {
            int start = at;
            groups[count++] = hexGroup();
            if (peek() == '.') {
                at = start;
                count = ipv4AsGroups(count - 1);
                break;
            }
            if (!take(':')) {
                break;
            }
            if (take(':')) {
                if (gap != NONE) {
                    return false;
                }
                gap = count;
            } else if (hexDigit() == NONE) {
                return false;
            }
        }
        boolean complete = count == GROUPS;
        if (gap != NONE) {
            complete = count >= gap && count < GROUPS;
        }
        if (complete) {
            join(count, gap);
        }
        return complete;
    }

    /** Parses the last 32 bits in IPv4 form; returns the new number of groups, or NONE on error. */
    private int ipv4AsGroups(int count) {
        if (count > GROUPS - 2 || !ipv4()) {
            return NONE;
        }
        groups[count] = (int) (low >>> GROUP_BITS) & 0xffff;
        groups[count + 1] = (int) low & 0xffff;
        return count + 2;
    }

    /** Joins the groups into an address, with zeroes for the double colon. */
    private void join(int count, int gap) {
        high = 0;
        low = 0;
        int zeroes = GROUPS - count;
        for (int i = 0; i < GROUPS; i++) {
            int group = 0;
            if (gap == NONE || i < gap) {
                group = groups[i];
            } else if (i >= gap + zeroes) {
                group = groups[i - zeroes];
            }
            high = high << GROUP_BITS | low >>> (Long.SIZE - GROUP_BITS);
            low = low << GROUP_BITS | group;
        }
    }

    private int hexGroup() {
        int value = 0;
        for (int i = 0; i < GROUP_DIGITS && hexDigit() != NONE; i++) {
            value = value << 4 | hexDigit();
            at++;
        }
        return value;
    }

    private int decimal(int limit) {
        int start = at;
        int value = 0;
        while (peek() >= '0' && peek() <= '9' && value <= limit) {
            value = value * 10 + peek() - '0';
            at++;
        }
        boolean leadingZero = at - start > 1 && line[start] == '0';
        return at == start || leadingZero || value > limit ? NONE : value;
    }

    private int hexDigit() {
        int c = peek();
        return c >= 0 && c < 0x80 ? Character.digit(c, 16) : NONE;
    }

    private boolean take(char expected) {
        boolean matches = peek() == expected;
        at += matches ? 1 : 0;
        return matches;
    }

    /** The next byte; at the end of the line, its CR. */
    private int peek() {
        return line[at];
    }
}
