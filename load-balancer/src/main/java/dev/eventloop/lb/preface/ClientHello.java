package dev.eventloop.lb.preface;

import dev.eventloop.net.NativeBuffer;
import java.util.List;

/**
 * The TLS ClientHello at the front of what a client sends: which server name (SNI) and which
 * protocols (ALPN) it asks for. The bytes are looked at and stay in the buffer, for the backend
 * that is chosen.
 *
 * <p>Reads TLS 1.0 to 1.3 (RFC 8446, section 4.1.2, whose layout is that of all versions since SSL
 * 3.0) and the SSLv2 format (RFC 5246, appendix E.2), however the hello is split over records and
 * segments. What is unknown is passed over, GREASE values (RFC 8701) included. With Encrypted
 * ClientHello (RFC 9849) the name is the one of ClientHelloOuter: the inner one cannot be read.
 *
 * <p>Each byte is looked at once, however many calls its hello takes, so a client that sends one
 * byte at a time costs what any other does. Allocates nothing after construction, apart from {@link
 * #serverName} and {@link #protocols}, which are for logs. {@link #reset} makes it as new. Confined
 * to one thread at a time.
 */
public final class ClientHello {
    /** How many bytes may be looked at, record headers included. */
    public static final int LIMIT = 16 * 1024;

    /** How much is known. */
    public enum Progress {
        /** Whether there is a hello depends on bytes that have not arrived. */
        MORE,

        /** There is a hello. Its server name and its protocols are known; it may have neither. */
        FOUND,

        /** This is no ClientHello, a malformed one, or one that needs more than {@link #LIMIT}. */
        NOT_TLS
    }

    private final HelloReader reader = new HelloReader();
    private Progress progress = Progress.MORE;

    /** For the next connection: forgets everything. */
    public void reset() {
        reader.reset();
        progress = Progress.MORE;
    }

    /**
     * Looks at the bytes that arrived since the last call, and takes none. The answer depends on
     * the bytes alone, not on how many calls they took; after {@link Progress#FOUND} or {@link
     * Progress#NOT_TLS} it stays the same.
     *
     * @param buffer the same one in each call until {@link #reset}: nothing may be taken from it in
     *     between
     * @return never {@link Progress#MORE} if there are {@link #LIMIT} bytes or more
     */
    public Progress read(NativeBuffer buffer) {
        if (progress == Progress.MORE) {
            progress = reader.read(buffer);
        }
        return progress;
    }

    /**
     * Whether the client named a server. False as well if what it sent is no host name: empty,
     * longer than 253 bytes, with a character that host names do not have, or an IP address, which
     * RFC 6066, section 3, forbids. One dot at the end is dropped.
     */
    public boolean hasServerName() {
        return progress == Progress.FOUND && reader.name().length() > 0;
    }

    /** The server name in lower case, as A-labels; empty if there is none. Allocates. */
    public String serverName() {
        return hasServerName() ? reader.name().toString() : "";
    }

    /**
     * Whether the client offers this ALPN protocol. The first {@value OfferedProtocols#CAPACITY}
     * bytes of its list count, more than all registered names together need.
     */
    public boolean offers(byte[] protocol) {
        return progress == Progress.FOUND && reader.protocols().contains(protocol);
    }

    /**
     * The ALPN protocols that the client offers, the preferred one first, as UTF-8. They may have
     * any bytes in them: escape what goes into a log. Allocates.
     */
    public List<String> protocols() {
        return progress == Progress.FOUND ? reader.protocols().toList() : List.of();
    }

    /** Meaningful if {@link #hasServerName}. */
    OfferedName name() {
        return reader.name();
    }

    /** Which of these protocols comes first in the client's list; -1 if none is in it. */
    int preferred(byte[][] protocols) {
        return progress == Progress.FOUND ? reader.protocols().preferred(protocols) : -1;
    }

    /** {@code "ClientHello[FOUND, www.example.org, [h2, http/1.1]]"}. */
    @Override
    public String toString() {
        return "ClientHello[" + progress + ", " + serverName() + ", " + protocols() + "]";
    }
}
