package dev.eventloop.examples.chat;

/**
 * What goes over the wire, both ways: packets of four bytes of length, big-endian and signed, one
 * byte of type, and text in UTF-8. The length counts the type and the text.
 */
final class Protocol {
    static final int HEADER = Integer.BYTES;

    /** The greatest length; a greater one, as one below 1, ends the session. */
    static final int MOST = 10 * 1024;

    // From the client. Those that the server grants come back, and go to the channel.

    /** The name to be known by, once. Back: the name. */
    static final byte NAME = 'N';

    /** The channel to join; from one that the client is in it goes away. Back: who joined. */
    static final byte JOIN = 'J';

    /** Without text. Back: who left. */
    static final byte LEAVE = 'L';

    /**
     * A message to the channel. Back: who said it, a line feed, and the message. What comes before
     * one's own {@link #JOIN} was said before.
     */
    static final byte SAY = 'S';

    // From the server alone.

    /** Why what the client wants cannot be; the session goes on. */
    static final byte ERROR = 'E';

    /** Why the session ends now. */
    static final byte FAREWELL = 'X';

    /** Between the name and the message. No name has it. */
    static final byte SEPARATOR = '\n';

    private Protocol() {}
}
