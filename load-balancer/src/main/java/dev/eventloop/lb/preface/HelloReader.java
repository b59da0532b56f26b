package dev.eventloop.lb.preface;

import dev.eventloop.lb.preface.ClientHello.Progress;
import dev.eventloop.net.NativeBuffer;

/**
 * Reads the fields of a ClientHello in their order, each as soon as it is there. A field is a
 * number, is passed over, or is copied; its length is compared with what surrounds it before its
 * first byte is looked at.
 */
final class HelloReader {
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0; // RFC 6066, section 3
    private static final int HOST_NAME = 0;
    private static final int NAME_HEAD_LENGTH = 3;
    private static final int ALPN = 16; // RFC 7301, section 3.1

    private static final int RANDOM_LENGTH = 32;
    private static final int MAX_SESSION_ID = 32;

    /** Version, random, no session, one cipher suite, one compression method, no extensions. */
    private static final int SHORTEST_HELLO = 2 + RANDOM_LENGTH + 1 + 2 + 2 + 1 + 1;

    /** What is being read. */
    private enum Field {
        MESSAGE_HEAD,
        VERSION,
        RANDOM,
        SESSION_ID_LENGTH,
        SESSION_ID,
        CIPHERS_LENGTH,
        CIPHERS,
        COMPRESSIONS_LENGTH,
        COMPRESSIONS,
        EXTENSIONS_LENGTH,
        EXTENSION_HEAD,
        EXTENSION,
        NAMES_LENGTH,
        NAME_HEAD,
        NAME,
        OTHER_NAME,
        PROTOCOLS_LENGTH,
        PROTOCOL_LENGTH,
        PROTOCOL
    }

    /** What becomes of a field's bytes. */
    private enum Way {
        NUMBER,
        SKIP,
        NAME,
        PROTOCOL
    }

    private final HandshakeRecords records = new HandshakeRecords();
    private final OfferedName name = new OfferedName();
    private final OfferedProtocols protocols = new OfferedProtocols();

    private Progress progress;
    private Field field;
    private Way way;

    /** How many bytes of the field are still to come, and the number made of those that came. */
    private int left;

    private int value;

    /** Where in the message the next byte is, and where what surrounds it ends. */
    private int offset;

    private int messageEnd;
    private int extensionEnd;

    private boolean hasNames;
    private boolean hasHostName;
    private boolean hasProtocols;

    HelloReader() {
        reset();
    }

    void reset() {
        records.reset();
        name.reset();
        protocols.reset();
        progress = Progress.MORE;
        offset = 0;
        messageEnd = Integer.MAX_VALUE;
        hasNames = false;
        hasHostName = false;
        hasProtocols = false;
        number(Field.MESSAGE_HEAD, 4, messageEnd);
    }

    OfferedName name() {
        return name;
    }

    OfferedProtocols protocols() {
        return protocols;
    }

    Progress read(NativeBuffer buffer) {
        if (offset == 0 && Sslv2Hello.mayBegin(buffer)) {
            return Sslv2Hello.read(buffer);
        }
        while (progress == Progress.MORE && (left == 0 || records.ready(buffer))) {
            if (left > 0) {
                take(buffer);
            }
            if (left == 0) {
                finish();
            }
        }
        if (progress == Progress.MORE && (records.areBroken() || isTooLong())) {
            progress = Progress.NOT_TLS;
        }
        return progress;
    }

    /** The head of the message is in the first record, or in one of its own. */
    private boolean isTooLong() {
        int rest = messageEnd == Integer.MAX_VALUE ? left : messageEnd - offset;
        return records.shortestEnd(rest) > ClientHello.LIMIT;
    }

    private void take(NativeBuffer buffer) {
        int count = way == Way.SKIP ? records.skip(buffer, left) : 1;
        switch (way) {
            case NUMBER -> value = value << Byte.SIZE | (records.take(buffer) & 0xff);
            case NAME -> name.add(records.take(buffer));
            case PROTOCOL -> protocols.add(records.take(buffer));
            case SKIP -> {}
        }
        offset += count;
        left -= count;
    }

    private void finish() {
        switch (field) {
            case MESSAGE_HEAD -> beginMessage(value >>> 24, value & 0xff_ffff);
            case VERSION -> checkVersion();
            case RANDOM -> number(Field.SESSION_ID_LENGTH, 1, messageEnd);
            case SESSION_ID_LENGTH -> skip(Field.SESSION_ID, value, value <= MAX_SESSION_ID);
            case SESSION_ID -> number(Field.CIPHERS_LENGTH, 2, messageEnd);
            case CIPHERS_LENGTH -> skip(Field.CIPHERS, value, value > 0 && value % 2 == 0);
            case CIPHERS -> number(Field.COMPRESSIONS_LENGTH, 1, messageEnd);
            case COMPRESSIONS_LENGTH -> skip(Field.COMPRESSIONS, value, value > 0);
            case COMPRESSIONS -> endOrExtensions();
            case EXTENSIONS_LENGTH -> beginExtensions();
            case EXTENSION_HEAD -> beginExtension(value >>> 16, value & 0xffff);
            case EXTENSION -> nextExtension();
            case NAMES_LENGTH -> beginList(Field.NAME_HEAD, NAME_HEAD_LENGTH);
            case NAME_HEAD -> beginName(value >>> 16, value & 0xffff);
            case NAME -> endName();
            case OTHER_NAME -> nextItem(Field.NAME_HEAD, NAME_HEAD_LENGTH);
            case PROTOCOLS_LENGTH -> beginList(Field.PROTOCOL_LENGTH, 1);
            case PROTOCOL_LENGTH -> beginProtocol();
            case PROTOCOL -> nextItem(Field.PROTOCOL_LENGTH, 1);
        }
    }

    private void beginMessage(int type, int length) {
        messageEnd = offset + length;
        if (type == CLIENT_HELLO && length >= SHORTEST_HELLO) {
            number(Field.VERSION, 2, messageEnd);
        } else {
            refuse();
        }
    }

    /** Servers tolerate versions above their own; TLS 1.3 says 1.2 here (RFC 8446, 4.1.2). */
    private void checkVersion() {
        skip(Field.RANDOM, RANDOM_LENGTH, value >>> Byte.SIZE == HandshakeRecords.MAJOR_VERSION);
    }

    /** A hello without extensions ends here (RFC 5246, section 7.4.1.2). */
    private void endOrExtensions() {
        if (offset == messageEnd) {
            progress = Progress.FOUND;
        } else {
            number(Field.EXTENSIONS_LENGTH, 2, messageEnd);
        }
    }

    private void beginExtensions() {
        if (value == messageEnd - offset) {
            nextExtension();
        } else {
            refuse();
        }
    }

    private void nextExtension() {
        if (offset == messageEnd) {
            progress = Progress.FOUND;
        } else {
            number(Field.EXTENSION_HEAD, 4, messageEnd);
        }
    }

    /** No extension may be there twice (RFC 8446, section 4.2): which of them would count? */
    private void beginExtension(int type, int length) {
        extensionEnd = offset + length;
        boolean twice = (type == SERVER_NAME && hasNames) || (type == ALPN && hasProtocols);
        if (extensionEnd > messageEnd || twice) {
            refuse();
        } else if (type == SERVER_NAME) {
            hasNames = true;
            number(Field.NAMES_LENGTH, 2, extensionEnd);
        } else if (type == ALPN) {
            hasProtocols = true;
            number(Field.PROTOCOLS_LENGTH, 2, extensionEnd);
        } else {
            skip(Field.EXTENSION, length, true);
        }
    }

    /** A list fills its extension. */
    private void beginList(Field item, int width) {
        if (value > 0 && value == extensionEnd - offset) {
            number(item, width, extensionEnd);
        } else {
            refuse();
        }
    }

    private void nextItem(Field item, int width) {
        if (offset == extensionEnd) {
            nextExtension();
        } else {
            number(item, width, extensionEnd);
        }
    }

    /** All types of names begin with a length of 16 bits (RFC 6066, section 3). */
    private void beginName(int type, int length) {
        if (offset + length > extensionEnd) {
            refuse();
        } else if (type == HOST_NAME && !hasHostName) {
            hasHostName = true;
            read(Field.NAME, Way.NAME, length);
        } else {
            read(Field.OTHER_NAME, Way.SKIP, length);
        }
    }

    private void endName() {
        name.end();
        nextItem(Field.NAME_HEAD, NAME_HEAD_LENGTH);
    }

    private void beginProtocol() {
        if (value == 0 || offset + value > extensionEnd) {
            refuse();
        } else {
            read(Field.PROTOCOL, protocols.begin(value) ? Way.PROTOCOL : Way.SKIP, value);
        }
    }

    private void number(Field next, int width, int end) {
        value = 0;
        read(next, Way.NUMBER, width);
        if (end - offset < width) {
            refuse();
        }
    }

    private void skip(Field next, int length, boolean allowed) {
        read(next, Way.SKIP, length);
        if (!allowed || length > messageEnd - offset) {
            refuse();
        }
    }

    private void read(Field next, Way nextWay, int length) {
        field = next;
        way = nextWay;
        left = length;
    }

    private void refuse() {
        progress = Progress.NOT_TLS;
    }
}
