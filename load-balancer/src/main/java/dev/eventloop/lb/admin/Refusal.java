package dev.eventloop.lb.admin;

import java.util.Map;
import java.util.Objects;

/** A refused request: a status, and a sentence that says why and what would be right. */
final class Refusal extends Exception {
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int WRONG_CONTENT_TYPE = 415;
    private static final int UNAVAILABLE = 503;

    private final int status;
    private final boolean isForWrongToken;
    private final transient Map<String, String> headers;

    private Refusal(int status, String sentence, Map<String, String> headers) {
        this(status, sentence, headers, false);
    }

    private Refusal(
            int status, String sentence, Map<String, String> headers, boolean isForWrongToken) {
        super(sentence, null, false, false);
        this.status = status;
        this.headers = headers;
        this.isForWrongToken = isForWrongToken;
    }

    static Refusal badRequest(String sentence) {
        return new Refusal(400, sentence, Map.of());
    }

    static Refusal unauthorized(String sentence) {
        return new Refusal(
                UNAUTHORIZED,
                sentence,
                Map.of("WWW-Authenticate", "Bearer realm=\"high_perf_lb\""));
    }

    static Refusal forbidden(String sentence) {
        return new Refusal(FORBIDDEN, sentence, Map.of());
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

    /** For a short time. */
    static Refusal unavailable(String sentence) {
        return new Refusal(UNAVAILABLE, sentence, Map.of("Retry-After", "1"));
    }

    static Refusal wrongContentType(String sentence) {
        return new Refusal(WRONG_CONTENT_TYPE, sentence, Map.of());
    }

    /** A token was given, and it is not the right one. */
    static Refusal wrongToken() {
        Refusal refusal = unauthorized("the token is wrong");
        return new Refusal(refusal.status, refusal.sentence(), refusal.headers, true);
    }

    boolean isForWrongToken() {
        return isForWrongToken;
    }

    /** Whether the request is refused to this client, not for what it says. */
    boolean isOfRights() {
        return status == UNAUTHORIZED || status == FORBIDDEN || status == WRONG_CONTENT_TYPE;
    }

    String sentence() {
        return Objects.requireNonNull(getMessage());
    }

    Answer answer() {
        return Answer.error(status, sentence()).with(headers);
    }
}
