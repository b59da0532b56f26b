package dev.eventloop.examples.httpproxy;

/** The reason for an answer from the proxy itself: a status and a sentence. */
final class Refusal extends Exception {
    final int status;

    Refusal(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    /** The whole response. */
    String response() {
        String text = getMessage() + "\n";
        return "HTTP/1.1 "
                + status
                + " "
                + reason()
                + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
                + text.length()
                + "\r\nConnection: close\r\n\r\n"
                + text;
    }

    private String reason() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 408 -> "Request Timeout";
            case 431 -> "Request Header Fields Too Large";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default ->
                    throw new IllegalStateException("this proxy does not use the status " + status);
        };
    }
}
