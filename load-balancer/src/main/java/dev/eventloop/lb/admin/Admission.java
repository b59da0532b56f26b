package dev.eventloop.lb.admin;

import dev.eventloop.lb.access.TokenRules;
import dev.eventloop.lb.admin.http.Headers;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which requests are admitted. It refuses requests without the token, if one is set, and
 * requests that a browser on this machine sends for web pages of other sites (CSRF, DNS rebinding).
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);

    /** The Host of a request to a server on the same machine. */
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])");

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
    private static final String BEARER = "bearer ";

    /** {@code none} is a navigation by the user: the address bar, a bookmark. */
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    /** Whether only programs of this machine connect. */
    private final boolean isLocal;

    /** The host that the port has in its address; null for a unix-domain socket. */
    private final String name;

    private final byte[] token;

    /**
     * @param address the address of the admin port
     * @param token null for none
     * @throws IllegalArgumentException if the port would be open to anyone, if the token is too
     *     short, or if a header cannot carry it
     */
    Admission(SocketAddress address, String token) {
        InetSocketAddress internet = address instanceof InetSocketAddress i ? i : null;
        this.isLocal = internet == null || internet.getAddress().isLoopbackAddress();
        this.name = internet == null ? null : internet.getHostString().toLowerCase(Locale.ROOT);
        if (token == null && !isLocal) {
            throw new IllegalArgumentException(
                    "the admin port at "
                            + name
                            + " would be open to anyone who can reach it; give a token, or an"
                            + " address such as 127.0.0.1");
        }
        if (token != null) {
            check(token);
        }
        this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
    }

    private void check(String token) {
        try {
            TokenRules.check(token, isLocal);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the token of the admin port " + e.getMessage(), e);
        }
        if (token.length() < TokenRules.LEAST) {
            LOG.warn(
                    "the token of the admin port has {} characters, which can be guessed; it is"
                            + " accepted because only this machine reaches the port; {}",
                    token.length(),
                    TokenRules.ADVICE);
        }
    }

    boolean hasToken() {
        return token != null;
    }

    /**
     * @param secret whether the resource requires the token
     * @throws Refusal if the request is not admitted
     */
    void admit(Request request, boolean secret) throws Refusal {
        String host = host(request.headers());
        if (secret) {
            checkToken(request.headers());
        }
        if (request.changesSomething()) {
            checkOrigin(request.headers(), host);
        }
    }

    /**
     * Checks the Host header. The owner of a domain can point it to this machine (DNS rebinding); a
     * browser then treats this server as part of that site. On a loopback address there may be no
     * token, so only names of this machine are accepted. On other addresses there is always a
     * token, and any name is accepted, because the server cannot know by which names it is reached.
     * A browser does not reach a unix-domain socket.
     */
    private String host(Headers headers) throws Refusal {
        List<String> hosts = headers.all("Host");
        if (hosts.size() != 1) {
            throw Refusal.badRequest(
                    "there are " + hosts.size() + " Host headers; there must be one");
        }
        String host = hosts.get(0).toLowerCase(Locale.ROOT);
        String withoutPort = PORT.matcher(host).replaceFirst("");
        boolean isOnLoopback = isLocal && name != null;
        if (isOnLoopback && !LOOPBACK.matcher(withoutPort).matches() && !withoutPort.equals(name)) {
            throw Refusal.forbidden(
                    "the Host \"" + host + "\" is not this server; use localhost or " + name);
        }
        return host;
    }

    private void checkToken(Headers headers) throws Refusal {
        if (token == null) {
            return;
        }
        List<String> given = headers.all("Authorization");
        if (given.isEmpty()) {
            throw Refusal.unauthorized(
                    "a token is needed; send the header Authorization: Bearer TOKEN");
        }
        String credentials = given.get(0);
        boolean bearer = credentials.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (given.size() > 1 || !bearer) {
            throw Refusal.unauthorized(
                    "the Authorization header is not valid; send one header, Authorization: Bearer"
                            + " TOKEN");
        }
        byte[] sent =
                credentials.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(token, sent)) {
            throw Refusal.wrongToken();
        }
    }

    /**
     * Browsers name the requesting site in every request that changes something; other programs do
     * not.
     */
    private static void checkOrigin(Headers headers, String host) throws Refusal {
        for (String origin : headers.all("Origin")) {
            String lower = origin.toLowerCase(Locale.ROOT);
            // https, too, in case a proxy in front terminates TLS
            if (!lower.equals("http://" + host) && !lower.equals("https://" + host)) {
                throw Refusal.forbidden(
                        "pages of \"" + origin + "\" may not change anything; use the page at /");
            }
        }
        for (String site : headers.all("Sec-Fetch-Site")) {
            if (!OWN_SITE.contains(site.toLowerCase(Locale.ROOT))) {
                throw Refusal.forbidden(
                        "pages of other sites may not change anything; use the page at /");
            }
        }
    }

    /**
     * Requires JSON: a page of another site can send forms and plain text without a CORS preflight,
     * but not JSON (Fetch, section 2.2.2, CORS-safelisted request-header).
     */
    static void checkContentType(Request request) throws Refusal {
        List<String> types = request.headers().all("Content-Type");
        String type = types.size() == 1 ? types.get(0).toLowerCase(Locale.ROOT) : "";
        if (!type.replace(" ", "").matches("application/json(;charset=\"?utf-8\"?)?")) {
            throw Refusal.wrongContentType(
                    "a change must be sent as JSON, with the header Content-Type:"
                            + " application/json");
        }
    }
}
