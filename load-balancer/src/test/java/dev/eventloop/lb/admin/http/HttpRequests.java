package dev.eventloop.lb.admin.http;

import java.nio.charset.StandardCharsets;

/** Requests for tests of the packages that use them. */
public final class HttpRequests {
    private HttpRequests() {}

    /** A request to change something, with a body in JSON. */
    public static HttpRequest change(String method, String target, byte[] body) {
        Headers headers = new Headers();
        headers.add("Host", "127.0.0.1");
        headers.add("Content-Type", "application/json");
        return new HttpRequest(method, target, 1, headers, new Source(0, 1, "test")).with(body);
    }

    /** The whole response. */
    public static String text(HttpResponse response) {
        return new String(response.encode(false, true), StandardCharsets.UTF_8);
    }
}
