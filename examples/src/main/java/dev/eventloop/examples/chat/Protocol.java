package dev.eventloop.examples.chat;

/**
 * The wire format in both directions: packets of a four-byte length, big-endian and signed, a type
 * byte, and UTF-8 text. The length counts the type and the text.
 */
final class Protocol {
    static final int HEADER = Integer.BYTES;

    /** The greatest length; a greater one, or one below 1, ends the session. */
    static final int MOST = 10 * 1024;

    // From the client. The server returns a granted request, and sends it to the channel.

    /** Sets the name, once. The answer has the name. */
    static final byte NAME = 'N';

    /** Joins a channel, leaving the previous one. The answer has the new member's name. */
    static final byte JOIN = 'J';

    /** Leaves the channel; no text. The answer has the name of the member that left. */
    static final byte LEAVE = 'L';

    /**
     * A message to the channel. The answer has the sender's name, a line feed, and the message.
     * Messages before the answer to {@link #JOIN} are the channel's history.
     */
    static final byte SAY = 'S';

    // From the server only.

    /** Why a request was refused; the session continues. */
    static final byte ERROR = 'E';

    /** Why the server ends the session. */
    static final byte FAREWELL = 'X';

    /** Separates the name from the message; names never contain it. */
    static final byte SEPARATOR = '\n';

    private Protocol() {}
}
