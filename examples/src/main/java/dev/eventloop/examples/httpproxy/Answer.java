package dev.eventloop.examples.httpproxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a server answers, on its way through: heads as they go on, the last of them with all that
 * follows. Where that ends is where the server ends.
 */
final class Answer {
    private final HeadReader head = new HeadReader();
    private boolean begun;

    /** Whether the answer proper, not just 100 Continue, has begun to go to the client. */
    boolean hasBegun() {
        return begun;
    }

    /**
     * Passes bytes on.
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
            throw new Refusal(502, "what the server answers is malformed: " + e.getMessage());
        }
    }
}
