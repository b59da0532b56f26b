package dev.eventloop.lb.admin;

import dev.eventloop.lb.admin.http.HttpHandler;
import dev.eventloop.lb.admin.http.HttpRequest;
import dev.eventloop.lb.admin.http.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Handles every request: checks it by its head, finds its resource, and gives the response. */
final class RequestHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /**
     * Open to probes, which have no token and use any Host. They reveal no more than the names of
     * pools without a backend that is up.
     */
    private static final Set<String> PROBES = Set.of("/healthz", "/readyz");

    private final Admission admission;
    private final Routes routes;
    private final ChangeGate changes;
    private final WrongTokens wrongTokens = new WrongTokens();
    private final Alarm alarm = new Alarm();

    RequestHandler(Admission admission, Routes routes, ChangeGate changes) {
        this.admission = admission;
        this.routes = routes;
        this.changes = changes;
    }

    @Override
    public Duration delay(HttpRequest head) {
        boolean hasToken = !head.headers().all("Authorization").isEmpty();
        return hasToken && admission.hasToken() && !isQuick(head)
                ? wrongTokens.delay(head.source())
                : Duration.ZERO;
    }

    @Override
    public HttpResponse refuse(HttpRequest head) {
        try {
            Request request = new Request(head);
            admit(request, head);
            return null;
        } catch (Refusal e) {
            return response(e.answer());
        } catch (RuntimeException e) {
            return failed(head, e);
        }
    }

    private void admit(Request request, HttpRequest head) throws Refusal {
        try {
            if (!PROBES.contains(request.rawPath())) {
                admission.admit(request, !Page.has(request.rawPath()));
            }
            routes.find(request); // a path or a method that does not exist is told first
            if (request.changesSomething()) {
                Admission.checkContentType(request);
            }
        } catch (Refusal e) {
            if (e.isForWrongToken()) {
                wrongTokens.add(head.source());
            }
            if (e.isOfRights() && request.changesSomething()) {
                alarm.refused(request.toString(), e.sentence());
            }
            throw e;
        }
    }

    @Override
    public boolean isQuick(HttpRequest head) {
        String target = head.target();
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return PROBES.contains(path) || Page.has(path);
    }

    @Override
    public HttpResponse answer(HttpRequest request) {
        try {
            return response(answer(new Request(request)));
        } catch (Refusal e) {
            return response(e.answer());
        } catch (IOException | RuntimeException | Error e) {
            return failed(request, e);
        }
    }

    private Answer answer(Request request) throws Refusal, IOException {
        if (!request.changesSomething()) {
            return routes.find(request).answer(request);
        }
        Answer answer = changes.pass(() -> routes.find(request).answer(request));
        LOG.info("{}: {}", request, answer.status());
        return answer;
    }

    private HttpResponse failed(HttpRequest request, Throwable failure) {
        LOG.error(
                "internal error while answering {} on the admin port",
                Request.shown(request),
                failure);
        return error(500, "internal error; the log has the reason");
    }

    @Override
    public HttpResponse error(int status, String sentence) {
        return response(Answer.error(status, sentence));
    }

    private static HttpResponse response(Answer answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Content-Security-Policy", Page.POLICY);
        headers.put("Cache-Control", "no-store");
        if (answer.contentType() != null) {
            headers.put("Content-Type", answer.contentType());
        }
        headers.putAll(answer.headers());
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        return new HttpResponse(answer.status(), headers, body);
    }
}
