package dev.eventloop.lb.admin.http;

/** A request that cannot be read: a status, and a sentence that says what would be right. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;

    BadRequestException(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
