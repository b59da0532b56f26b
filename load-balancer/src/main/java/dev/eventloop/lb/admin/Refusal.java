package dev.eventloop.lb.admin;

import java.util.Map;
import java.util.Objects;

/** A refused request: a status, and a sentence that says why and what would be right. */
final class Refusal extends Exception {
    private final int status;
    private final transient Map<String, String> headers;

    private Refusal(int status, String sentence, Map<String, String> headers) {
        super(sentence, null, false, false);
        this.status = status;
        this.headers = headers;
    }

    static Refusal badRequest(String sentence) {
        return new Refusal(400, sentence, Map.of());
    }

    static Refusal unauthorized(String sentence) {
        return new Refusal(
                401, sentence, Map.of("WWW-Authenticate", "Bearer realm=\"high_perf_lb\""));
    }

    static Refusal forbidden(String sentence) {
        return new Refusal(403, sentence, Map.of());
    }

    static Refusal notFound(String sentence) {
        return new Refusal(404, sentence, Map.of());
    }

    /**
     * @param allowed the allowed methods, such as {@code "GET, HEAD"}
     */
    static Refusal wrongMethod(String sentence, String allowed) {
        return new Refusal(405, sentence, Map.of("Allow", allowed));
    }

    static Refusal conflict(String sentence) {
        return new Refusal(409, sentence, Map.of());
    }

    /** Closes the connection, so that the client stops sending the body. */
    static Refusal tooLarge(String sentence) {
        return new Refusal(413, sentence, Map.of("Connection", "close"));
    }

    static Refusal wrongContentType(String sentence) {
        return new Refusal(415, sentence, Map.of());
    }

    Answer answer() {
        String sentence = Objects.requireNonNull(getMessage());
        return Answer.error(status, sentence).with(headers);
    }
}
