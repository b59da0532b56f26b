package dev.eventloop.examples.logcollector;

import dev.eventloop.libc.Errno;
import dev.eventloop.net.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes acknowledgements. Unread acknowledgements are kept as a count, however long a client does
 * not read. One for all sessions of a loop.
 */
final class Replies {
    private static final byte[] OK = {'O', 'K', '\n'};
    private static final int AT_ONCE = 16 * 1024;

    /** The longest reply: OK, a space, a long and a newline. */
    private static final int LONGEST_COUNT = 3 + 19 + 1;

    private final Sockets sockets;
    private final ReplyMode mode;

    /** The OKs to write at once, or the text of one count. */
    private final ByteBuffer text;

    Replies(Sockets sockets, ReplyMode mode) {
        this.sockets = sockets;
        this.mode = mode;
        this.text = ByteBuffer.allocateDirect(mode == ReplyMode.line ? AT_ONCE * OK.length : 128);
        if (mode == ReplyMode.line) {
            for (int i = 0; i < AT_ONCE; i++) {
                text.put(OK);
            }
        }
    }

    /**
     * Writes this session's pending acknowledgements, until the write fails with EAGAIN.
     *
     * @return whether none is left
     */
    boolean write(Session session) {
        if (session.mute || mode == ReplyMode.none) {
            session.owed = 0;
            return true;
        }
        return mode == ReplyMode.line ? writeLines(session) : writeCounts(session);
    }

    /** {@link Session#replied} counts the bytes of the next OK that are already written. */
    private boolean writeLines(Session session) {
        while (session.owed > 0) {
            long left = session.owed * OK.length - session.replied;
            int length = (int) Math.min(left, text.capacity() - session.replied);
            text.limit(session.replied + length).position(session.replied);
            int count = sockets.write(session.fd, text);
            if (count < 0) {
                return failed(session, count);
            }
            int bytes = session.replied + count;
            session.owed -= bytes / OK.length;
            session.replied = bytes % OK.length;
        }
        return true;
    }

    /** {@link Session#reply} holds the rest of a partly written count. */
    private boolean writeCounts(Session session) {
        while (session.owed > 0 || session.reply != null) {
            text.clear();
            text.put(session.reply != null ? session.reply : count(session));
            text.flip();
            session.reply = null;
            int count = sockets.write(session.fd, text);
            if (text.hasRemaining()) {
                session.reply = new byte[text.remaining()];
                text.get(session.reply);
            }
            if (count < 0) {
                return failed(session, count);
            }
        }
        return true;
    }

    private static byte[] count(Session session) {
        byte[] bytes = ("OK " + session.owed + "\n").getBytes(StandardCharsets.US_ASCII);
        assert bytes.length <= LONGEST_COUNT;
        session.owed = 0;
        return bytes;
    }

    /**
     * The client no longer receives replies. Its bytes may still be unread, so the session
     * continues.
     */
    private static boolean failed(Session session, int result) {
        if (result == -Errno.EAGAIN || result == -Errno.EINTR) {
            return false;
        }
        session.mute = true;
        session.owed = 0;
        session.reply = null;
        return true;
    }
}
