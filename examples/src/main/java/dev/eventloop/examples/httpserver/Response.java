package dev.eventloop.examples.httpserver;

import dev.eventloop.net.OpenFile;

/** What is to be sent: a head, then perhaps part of a file. Re-used by its connection. */
final class Response {
    final StringBuilder head = new StringBuilder(256);

    /** Null for none. */
    OpenFile file;

    /** The next byte of the file that is to be sent, and the first behind the last one. */
    long from;

    long to;

    /** Whether another request may follow. */
    boolean keepAlive;

    /** Forgets it, and closes the file. */
    void clear() {
        head.setLength(0);
        from = 0;
        to = 0;
        keepAlive = false;
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
