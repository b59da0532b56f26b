package dev.eventloop.lb.discovery;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Responses, made of the bytes of a query for A records, that say nothing about its name. */
final class OddAnswers {
    private static final int NXDOMAIN = 3;
    private static final int CNAME = 5;
    private static final int NS = 2;
    private static final int TXT = 16;
    private static final byte[] LOOPBACK = {127, 0, 0, 9};

    /** A pointer to the name of the question. */
    private static final byte[] OWNER = {(byte) 0xc0, 12};

    private static final byte[] OTHER = "\4evil\4test\0".getBytes(StandardCharsets.ISO_8859_1);

    /** A pointer to behind the message. */
    private static final byte[] BEHIND = {(byte) 0xff, (byte) 0xff};

    private OddAnswers() {}

    /** By what is odd about them. */
    static Map<String, UnaryOperator<byte[]>> all() {
        Map<String, UnaryOperator<byte[]>> all = new LinkedHashMap<>();
        for (int rcode : new int[] {1, 2, 4, 5, 15}) {
            all.put("rcode " + rcode, q -> join(head(q, 0x8180 | rcode, 1, 0, 0, 0), asked(q)));
        }
        all.put("no question", q -> head(q, 0x8180, 0, 0, 0, 0));
        all.put("another question", q -> otherQuestion(q, 0x8180));
        all.put("NXDOMAIN for another name", q -> otherQuestion(q, 0x8180 | NXDOMAIN));
        all.put("NXDOMAIN for another type", q -> with(nxdomain(q), asked(q).length + 9, 28));
        all.put("NXDOMAIN for another class", q -> with(nxdomain(q), asked(q).length + 11, 3));
        all.put("no response", q -> join(head(q, 0x0100 | NXDOMAIN, 1, 0, 0, 0), asked(q)));
        all.put("another opcode", q -> join(head(q, 0xf980, 1, 0, 0, 0), asked(q)));
        all.put("class CH", q -> answer(q, 1, record(OWNER, 1, 3, 1, LOOPBACK)));
        all.put("another owner", q -> answer(q, 1, record(OTHER, 1, 1, 1, LOOPBACK)));
        all.put("another type", q -> answer(q, 1, record(OWNER, TXT, 1, 1, new byte[] {1, 'x'})));
        all.put("NXDOMAIN with records", OddAnswers::nxdomainWithRecords);
        all.put("an alias to itself", q -> answer(q, 1, record(OWNER, CNAME, 1, 1, OWNER)));
        all.put("an alias out of bounds", q -> answer(q, 1, record(OWNER, CNAME, 1, 1, BEHIND)));
        all.put("a referral", q -> section(q, 0, 1, 0, record(OWNER, NS, 1, 1, OTHER)));
        all.put("in the authority section", q -> section(q, 0, 1, 0, good()));
        all.put("in the additional section", q -> section(q, 0, 0, 1, good()));
        all.put("cut in the header", q -> Arrays.copyOf(q, 3));
        all.put("cut in the record", q -> answer(q, 1, Arrays.copyOf(good(), 4)));
        all.put("counts too high", q -> join(head(q, 0x8180, 1, 9, 9, 9), asked(q)));
        all.put("truncated, no TCP", q -> join(head(q, 0x8380, 1, 0, 0, 0), asked(q)));
        all.put("NXDOMAIN, truncated", q -> join(head(q, 0x8383, 1, 0, 0, 0), asked(q)));
        all.put("an address of 3 bytes", q -> answer(q, 1, record(OWNER, 1, 1, 1, new byte[3])));
        all.put("a pointer to itself", OddAnswers::pointerToItself);
        all.put("the address 0.0.0.0", q -> answer(q, 1, record(OWNER, 1, 1, 1, new byte[4])));
        byte[] multicast = {(byte) 224, 0, 0, 1};
        all.put("a multicast address", q -> answer(q, 1, record(OWNER, 1, 1, 1, multicast)));
        all.put("nothing", q -> new byte[0]);
        all.put("silence", q -> null);
        all.put("another ID", q -> with(nxdomain(q), 0, q[0] ^ 255));
        return all;
    }

    static byte[] nxdomain(byte[] query) {
        return join(head(query, 0x8180 | NXDOMAIN, 1, 0, 0, 0), asked(query));
    }

    static byte[] good() {
        return record(OWNER, 1, 1, 1, LOOPBACK);
    }

    /** The answer with these records. */
    static byte[] answer(byte[] query, int count, byte[]... records) {
        return section(query, count, 0, 0, records);
    }

    static byte[] alias(byte[] target, int ttl) {
        return record(OWNER, CNAME, 1, ttl, target);
    }

    private static byte[] section(
            byte[] query, int answers, int authority, int additional, byte[]... records) {
        byte[] head = head(query, 0x8180, 1, answers, authority, additional);
        return join(head, asked(query), join(records));
    }

    private static byte[] otherQuestion(byte[] query, int flags) {
        byte[] type = {0, 1, 0, 1};
        return join(head(query, flags, 1, 0, 0, 0), OTHER, type);
    }

    private static byte[] nxdomainWithRecords(byte[] query) {
        return join(head(query, 0x8180 | NXDOMAIN, 1, 1, 0, 0), asked(query), good());
    }

    private static byte[] pointerToItself(byte[] query) {
        byte[] type = {0, 1, 0, 1};
        return join(head(query, 0x8180, 1, 0, 0, 0), OWNER, type);
    }

    private static byte[] head(byte[] query, int flags, int... counts) {
        ByteBuffer head = ByteBuffer.allocate(12).put(query, 0, 2).putShort((short) flags);
        for (int count : counts) {
            head.putShort((short) count);
        }
        return head.array();
    }

    /** The question section of a query: its name, type and class. */
    private static byte[] asked(byte[] query) {
        int end = 12;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        return Arrays.copyOfRange(query, 12, end + 5);
    }

    static byte[] record(byte[] owner, int type, int dclass, int ttl, byte[] data) {
        return ByteBuffer.allocate(owner.length + 10 + data.length)
                .put(owner)
                .putShort((short) type)
                .putShort((short) dclass)
                .putInt(ttl)
                .putShort((short) data.length)
                .put(data)
                .array();
    }

    private static byte[] with(byte[] message, int index, int value) {
        message[index] = (byte) value;
        return message;
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }
}
