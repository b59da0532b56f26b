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

/** Handles every request: checks it, finds its resource, and sends the response. */
final class RequestHandler implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /**
     * Open to probes, which have no token and use any Host. They reveal no more than the names of
     * pools without a backend that is up.
     */
    private static final Set<String> PROBES = Set.of("/healthz", "/readyz");

    private final Admission admission;
    private final Routes routes;

    RequestHandler(Admission admission, Routes routes) {
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
            LOG.error(
                    "internal error while answering {} on the admin port",
                    exchange.getRequestURI(),
                    e);
            return Answer.error(500, "internal error; the log has the reason");
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
            exchange.sendResponseHeaders(answer.status(), -1); // 0 would mean chunked encoding
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            OutputStream out = exchange.getResponseBody();
            out.write(body);
            out.flush(); // not close(), which would also end the request body
        }
    }

    /**
     * Reads the rest of the request body. Closing a socket with unread data sends a RST, and a
     * client that sends its whole body before reading would lose the response. The time limit of
     * requests bounds this.
     */
    private static void discardRest(InputStream body) {
        byte[] chunk = new byte[8 * 1024];
        try {
            while (body.read(chunk) >= 0) {
                // dropped
            }
        } catch (IOException e) {
            LOG.debug("a client of the admin port disconnected or ran into the time limit", e);
        }
    }
}
