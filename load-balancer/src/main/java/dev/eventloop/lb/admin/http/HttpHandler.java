package dev.eventloop.lb.admin.http;

import java.time.Duration;

/** Answers the requests of an {@link HttpServer}. None of the methods throws. */
public interface HttpHandler {
    /** How long to wait before this head is looked at; zero for not at all. The loop's thread. */
    Duration delay(HttpRequest head);

    /** Refuses a request before its body is read; null to go on. The loop's thread. */
    HttpResponse refuse(HttpRequest head);

    /** Whether the answer takes no time, so that the loop's thread gives it. */
    boolean isQuick(HttpRequest head);

    /** The loop's thread, or one of several others. */
    HttpResponse answer(HttpRequest request);

    /** The response to something that is not a request, or comes at a bad time. Any thread. */
    HttpResponse error(int status, String sentence);
}
