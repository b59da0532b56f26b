package dev.eventloop.examples.httpserver;

import dev.eventloop.net.OpenFile;

/** A response: a head, and optionally part of a file. Reused by its connection. */
final class Response {
    final StringBuilder head = new StringBuilder(256);

    /** Null without a file. */
    OpenFile file;

    /** The next byte of the file to send, and the byte after the last one. */
    long from;

    long to;

    /** Whether another request may follow on this connection. */
    boolean keepAlive;

    /** Clears the response, and closes the file. */
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
