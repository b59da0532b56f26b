package dev.eventloop.examples.httpserver;

import dev.eventloop.net.OpenFile;
import java.time.Instant;

/** Builds the response to a request. One for all connections of a loop. */
final class Responder {
    private static final String LINE = "\r\n";

    private final VirtualHosts hosts;
    private long dateSecond = HttpDate.NONE;
    private String date;

    Responder(VirtualHosts hosts) {
        this.hosts = hosts;
    }

    /** Builds the response to a complete request. */
    void answer(Request request, Response response) {
        boolean head = request.method.equals("HEAD");
        if (!head && !request.method.equals("GET")) {
            refuse(Status.METHOD_NOT_ALLOWED, request, response);
            return;
        }
        Target target = Target.parse(request.target);
        if (target == null) {
            refuse(Status.BAD_REQUEST, request, response);
            return;
        }
        Site site = hosts.of(target.host() == null ? request.host : target.host());
        Site.Found found = site.find(target);
        if (found.status() == Status.MOVED_PERMANENTLY) {
            begin(Status.MOVED_PERMANENTLY, request.keepAlive, request.http11, response);
            header(response, "Location", target.location());
            header(response, "Content-Length", "0");
            response.head.append(LINE);
        } else if (found.status() == Status.OK) {
            send(found.file(), MimeTypes.of(found.name()), request, response);
        } else {
            refuse(found.status(), request, response);
        }
    }

    /** Builds a refusal of a well-formed request, after which another may follow. */
    private void refuse(int status, Request request, Response response) {
        begin(status, request.keepAlive, request.http11, response);
        explain(status, request.method.equals("HEAD"), response);
    }

    /** Builds a refusal after which the start of the next request is unknown. */
    void refuse(int status, Response response) {
        begin(status, false, true, response);
        explain(status, false, response);
    }

    private static void explain(int status, boolean headOnly, Response response) {
        String text = status + " " + Status.reason(status) + "\n";
        if (status == Status.METHOD_NOT_ALLOWED) {
            header(response, "Allow", "GET, HEAD");
        }
        header(response, "Content-Type", "text/plain; charset=utf-8");
        header(response, "Content-Length", text.length());
        response.head.append(LINE).append(headOnly ? "" : text);
    }

    private void send(OpenFile file, String type, Request request, Response response) {
        Validators validators = new Validators(file);
        long size = file.size();
        int status = validators.check(request);
        ByteRange range = null;
        if (status == Status.OK
                && request.range != null
                && request.method.equals("GET")
                && validators.allowsRange(request)) {
            range = ByteRange.parse(request.range, size);
        }
        if (range != null) {
            boolean none = range.equals(ByteRange.UNSATISFIABLE);
            status = none ? Status.RANGE_NOT_SATISFIABLE : Status.PARTIAL_CONTENT;
        }
        if (status == Status.PRECONDITION_FAILED) {
            file.close();
            refuse(status, request, response);
            return;
        }
        begin(status, request.keepAlive, request.http11, response);
        header(response, "Accept-Ranges", "bytes");
        header(response, "ETag", validators.etag);
        header(response, "Last-Modified", validators.lastModified);
        switch (status) {
            case Status.OK -> body(file, type, 0, size, response);
            case Status.PARTIAL_CONTENT -> {
                String last = Long.toString(range.to() - 1);
                header(
                        response,
                        "Content-Range",
                        "bytes " + range.from() + "-" + last + "/" + size);
                body(file, type, range.from(), range.to(), response);
            }
            case Status.RANGE_NOT_SATISFIABLE -> {
                header(response, "Content-Range", "bytes */" + size);
                header(response, "Content-Length", "0");
            }
            default -> {
                // 304 Not Modified has no body and no Content-Length
            }
        }
        response.head.append(LINE);
        if (response.file == null || request.method.equals("HEAD")) {
            response.from = response.to;
            response.file = null;
            file.close();
        }
    }

    private static void body(OpenFile file, String type, long from, long to, Response response) {
        header(response, "Content-Type", type);
        header(response, "X-Content-Type-Options", "nosniff");
        header(response, "Content-Length", to - from);
        response.file = file;
        response.from = from;
        response.to = to;
    }

    private void begin(int status, boolean keepAlive, boolean http11, Response response) {
        response.keepAlive = keepAlive;
        response.head
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(Status.reason(status))
                .append(LINE);
        header(response, "Date", now());
        if (!keepAlive) {
            header(response, "Connection", "close");
        } else if (!http11) {
            header(response, "Connection", "keep-alive");
        }
    }

    private static void header(Response response, String name, String value) {
        response.head.append(name).append(": ").append(value).append(LINE);
    }

    private static void header(Response response, String name, long value) {
        response.head.append(name).append(": ").append(value).append(LINE);
    }

    /** The current date, formatted once a second. */
    private String now() {
        long second = Instant.now().getEpochSecond();
        if (second != dateSecond) {
            dateSecond = second;
            date = HttpDate.of(second);
        }
        return date;
    }
}
