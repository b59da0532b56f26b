package dev.eventloop.lb.proxyprotocol;

/**
 * What a whole line of version 1 says, of which it is known with what words it begins. Strict: one
 * space between fields, no leading zeroes in decimal numbers, IPv6 as RFC 4291 section 2.2 has it,
 * with or without IPv4 at its end.
 */
final class LineParser {
    private static final int GROUPS = 8;
    private static final int GROUP_BITS = 16;
    private static final int GROUP_DIGITS = 4;
    private static final int NONE = -1;

    private byte[] line = {};
    private int end;

    /** The first byte that was not understood yet. */
    private int at;

    private final int[] groups = new int[GROUPS];

    /** The address that was read last. */
    private long high;

    private long low;

    /**
     * Understands a line.
     *
     * @param end where its CR LF is
     * @return null, or what is wrong with it
     */
    String parse(byte[] line, int end, ProxyAddresses into) {
        this.line = line;
        this.end = end;
        if (line["PROXY ".length()] == Format.UNKNOWN_LINE["PROXY ".length()]) {
            at = Format.UNKNOWN_LINE.length;
            return at == end || peek() == ' '
                    ? null
                    : "its protocol is none of TCP4, TCP6 and UNKNOWN";
        }
        at = Format.TCP4_LINE.length;
        return parseAddresses(line["PROXY TCP".length()] == '4', into);
    }

    private String parseAddresses(boolean v4, ProxyAddresses into) {
        if (!address(v4) || !take(' ')) {
            return v4 ? "its source is no IPv4 address" : "its source is no IPv6 address";
        }
        long sourceHigh = high;
        long sourceLow = low;
        if (!address(v4) || !take(' ')) {
            return v4 ? "its destination is no IPv4 address" : "its destination is no IPv6 address";
        }
        int sourcePort = decimal(0xffff);
        if (sourcePort == NONE || !take(' ')) {
            return "its source port is no number from 0 to 65535";
        }
        int destinationPort = decimal(0xffff);
        if (destinationPort == NONE || at != end) {
            return "its destination port is no number from 0 to 65535";
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
        int gap = NONE; // how many groups there are before the double colon
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

    /** The last 32 bits in IPv4's form; how many groups there are then, too few if it is none. */
    private int ipv4AsGroups(int count) {
        if (count > GROUPS - 2 || !ipv4()) {
            return NONE;
        }
        groups[count] = (int) (low >>> GROUP_BITS) & 0xffff;
        groups[count + 1] = (int) low & 0xffff;
        return count + 2;
    }

    /** Makes an address of the groups, with zeroes for the double colon. */
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
        boolean there = peek() == expected;
        at += there ? 1 : 0;
        return there;
    }

    /** The next byte; at the end of the line the CR behind it. */
    private int peek() {
        return line[at];
    }
}
