package dev.eventloop.lb.admin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where every request comes in and every answer goes out. */
final class FrontDoor implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** For probes, which have no token and call a server by any name; they tell nothing. */
    private static final Set<String> PROBES = Set.of("/healthz", "/readyz");

    private final Admission admission;
    private final Routes routes;

    FrontDoor(Admission admission, Routes routes) {
        this.admission = admission;
        this.routes = routes;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, answer(exchange));
            discardRest(exchange.getRequestBody());
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        try {
            Request request = new Request(exchange);
            if (!PROBES.contains(request.rawPath())) {
                admission.admit(request, !Page.has(request.rawPath()));
            }
            request.refuseIfTooLarge();
            Routes.Resource resource = routes.find(request);
            if (!request.changesSomething()) {
                return resource.answer(request);
            }
            Admission.checkContentType(request);
            Answer answer = resource.answer(request);
            LOG.info("{}: {}", request, answer.status());
            return answer;
        } catch (Refusal e) {
            return e.answer();
        } catch (RuntimeException e) {
            LOG.error("the admin port could not answer {}", exchange.getRequestURI(), e);
            return Answer.error(500, "this should have worked; the log has the reason");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Content-Security-Policy", Page.POLICY);
        headers.set("Cache-Control", "no-store");
        if (answer.contentType() != null) {
            headers.set("Content-Type", answer.contentType());
        }
        answer.headers().forEach(headers::set);
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("HEAD")) {
            headers.set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(answer.status(), -1);
        } else if (body.length == 0) {
            exchange.sendResponseHeaders(answer.status(), -1); // 0 would mean chunks
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            OutputStream out = exchange.getResponseBody();
            out.write(body);
            out.flush(); // and not closed: that would be the end of the body that comes in, too
        }
    }

    /**
     * A connection that is closed while bytes come in is reset, and a client that sends all before
     * it reads would lose the answer. The time that a request may take limits this.
     */
    private static void discardRest(InputStream body) {
        byte[] chunk = new byte[8 * 1024];
        try {
            while (body.read(chunk) >= 0) {
                // of no interest
            }
        } catch (IOException e) {
            LOG.debug("a client of the admin port went away, or its time was over", e);
        }
    }
}
