package dev.eventloop.examples.httpproxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Forwards a server's answer: rewrites its heads, and passes on the bytes after the last head. The
 * answer ends at the server's EOF.
 */
final class Answer {
    private final HeadReader head = new HeadReader();
    private boolean begun;

    /** Whether the final response, not just a 1xx one, has started to go to the client. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * Forwards bytes.
     *
     * @return false if the client is gone
     * @throws Refusal 502 for what is not HTTP
     */
    boolean pass(ByteBuffer bytes, Flow down, int client) throws Refusal {
        boolean there = true;
        while (!begun && there && readHead(bytes)) {
            ResponseHead response = ResponseHead.parse(head.lines());
            head.clear();
            byte[] forwarded = response.forwarded().getBytes(StandardCharsets.ISO_8859_1);
            there = down.write(client, ByteBuffer.wrap(forwarded));
            begun = !response.interim();
        }
        return there && (!begun || down.write(client, bytes));
    }

    private boolean readHead(ByteBuffer bytes) throws Refusal {
        try {
            return head.read(bytes);
        } catch (Refusal e) {
            throw new Refusal(502, "the server's answer is malformed: " + e.getMessage());
        }
    }
}
