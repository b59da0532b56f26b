package dev.eventloop.lb.admin.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Collects the bytes of a request: at most {@link #MAX_HEAD} of its head, and, once {@link #head}
 * has returned, at most {@link #MAX_BODY} of its body. Keeps what came after it for the next.
 */
final class RequestReader {
    static final int MAX_HEAD = 8 * 1024;
    static final int MAX_BODY = 64 * 1024;

    private static final int FIRST_SIZE = 1024;

    private final Source source;

    private byte[] bytes = new byte[FIRST_SIZE];
    private int count;

    /** The end of the head was not found before this index. */
    private int searched;

    /** Null until the head is complete. */
    private HttpRequest head;

    private int bodyStart;
    private int bodyLength;

    RequestReader(Source source) {
        this.source = source;
    }

    /** Where bytes are read into; call {@link #added} afterwards. Never without room. */
    ByteBuffer space() {
        int most = head == null ? MAX_HEAD : bodyStart + bodyLength;
        if (count == bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(most, 2 * bytes.length));
        }
        return ByteBuffer.wrap(bytes, count, Math.min(most, bytes.length) - count);
    }

    void added(int more) {
        count += more;
    }

    /** Whether nothing of the request has arrived. */
    boolean isEmpty() {
        return count == 0;
    }

    /** The request without its body; null until that much has arrived. */
    HttpRequest head() throws BadRequestException {
        if (head == null) {
            dropEmptyLines();
            int end = endOfHead();
            if (end < 0) {
                if (count == MAX_HEAD) {
                    throw new BadRequestException(
                            431, "the head of the request is longer than " + MAX_HEAD + " bytes");
                }
                return null;
            }
            HttpRequest parsed = HeadParser.parse(bytes, end, source);
            bodyLength = bodyLength(parsed.headers());
            bodyStart = end;
            head = parsed;
        }
        return head;
    }

    /** Before a request line, a server should ignore an empty line: RFC 9112, section 2.2. */
    private void dropEmptyLines() {
        int start = 0;
        while (start < count && (bytes[start] == '\r' || bytes[start] == '\n')) {
            start++;
        }
        drop(start);
    }

    /** The index after the empty line; -1 if it has not come. */
    private int endOfHead() {
        for (int i = searched; i < count; i++) {
            if (bytes[i] == '\n'
                    && (isAt(i - 1, '\n') || (isAt(i - 1, '\r') && isAt(i - 2, '\n')))) {
                return i + 1;
            }
        }
        searched = count;
        return -1;
    }

    private boolean isAt(int index, char c) {
        return index >= 0 && bytes[index] == c;
    }

    private static int bodyLength(Headers headers) throws BadRequestException {
        if (!headers.all("Transfer-Encoding").isEmpty()) {
            throw new BadRequestException(
                    411, "a body must come with Content-Length, not with Transfer-Encoding");
        }
        List<String> lengths = headers.all("Content-Length");
        if (lengths.isEmpty()) {
            return 0;
        }
        String length = lengths.get(0);
        if (lengths.size() > 1 || !length.matches("[0-9]{1,18}")) {
            throw new BadRequestException(400, "the Content-Length is not one whole number");
        }
        if (Long.parseLong(length) > MAX_BODY) {
            throw new BadRequestException(
                    413, "the body is longer than " + MAX_BODY + " bytes, which is the maximum");
        }
        return Integer.parseInt(length);
    }

    /** Whether the body has arrived; after the head. */
    boolean isComplete() {
        return count >= bodyStart + bodyLength;
    }

    /** Whether the client waits for 100 Continue: RFC 9110, section 10.1.1. */
    boolean isContinueExpected() {
        return count == bodyStart && bodyLength > 0 && head.headers().has("Expect", "100-continue");
    }

    /** The complete request. */
    HttpRequest request() {
        return head.with(Arrays.copyOfRange(bytes, bodyStart, bodyStart + bodyLength));
    }

    /** Goes on to the next request. */
    void next() {
        drop(bodyStart + bodyLength);
        head = null;
        bodyStart = 0;
        bodyLength = 0;
        if (count < FIRST_SIZE && bytes.length > FIRST_SIZE) {
            bytes = Arrays.copyOf(bytes, FIRST_SIZE);
        }
    }

    private void drop(int length) {
        if (length > 0) {
            System.arraycopy(bytes, length, bytes, 0, count - length);
            count -= length;
            searched = 0;
        }
    }
}
