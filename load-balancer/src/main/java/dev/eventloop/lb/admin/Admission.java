package dev.eventloop.lb.admin;

import com.sun.net.httpserver.Headers;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who is let in. Two kinds of visitors are kept out: who does not have the token, where there is
 * one, and the web pages of others, which a browser on this machine would lend its reach to.
 */
final class Admission {
    /** What a browser calls a server on the machine it runs on. */
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])");

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
    private static final Pattern CAN_BE_SENT = Pattern.compile("[!-~]+");
    private static final String BEARER = "bearer ";

    /** {@code none} is the user's own doing: the address bar, a bookmark. */
    private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

    private final boolean loopback;
    private final String name;
    private final byte[] token;

    /**
     * @param address what is listened on
     * @param token null if none is asked for
     * @throws IllegalArgumentException if that would let in just anybody
     */
    Admission(InetSocketAddress address, String token) {
        this.loopback = address.getAddress().isLoopbackAddress();
        this.name = address.getHostString().toLowerCase(Locale.ROOT);
        if (token == null && !loopback) {
            throw new IllegalArgumentException(
                    "the admin port at "
                            + name
                            + " could be used by everybody who can reach it; give a token, or an"
                            + " address such as 127.0.0.1");
        }
        if (token != null && !CAN_BE_SENT.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "the token of the admin port is empty or has spaces or other characters than"
                            + " those of ASCII, which no header can carry; give letters and digits,"
                            + " such as the output of: openssl rand -hex 32");
        }
        this.token = token == null ? null : token.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * @param secret whether what is asked for is only for those who have the token
     * @throws Refusal if the request is to be refused
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
     * A name can be made to point here by whoever owns it (DNS rebinding), and a browser then takes
     * this for a server of theirs. With no token in between, such a name must not do. Elsewhere
     * than on the loopback there is always a token, which they do not have, and any name is fine:
     * what a server is called from outside cannot be known here.
     */
    private String host(Headers headers) throws Refusal {
        List<String> hosts = headers.getOrDefault("Host", List.of());
        if (hosts.size() != 1) {
            throw Refusal.badRequest(
                    "there are " + hosts.size() + " Host headers; there must be one");
        }
        String host = hosts.get(0).toLowerCase(Locale.ROOT);
        String withoutPort = PORT.matcher(host).replaceFirst("");
        if (loopback && !LOOPBACK.matcher(withoutPort).matches() && !withoutPort.equals(name)) {
            throw Refusal.forbidden(
                    "the Host \"" + host + "\" is not this server; ask for localhost, or " + name);
        }
        return host;
    }

    private void checkToken(Headers headers) throws Refusal {
        if (token == null) {
            return;
        }
        List<String> given = headers.getOrDefault("Authorization", List.of());
        if (given.isEmpty()) {
            throw Refusal.unauthorized(
                    "a token is needed; send the header Authorization: Bearer TOKEN");
        }
        String credentials = given.get(0);
        boolean bearer = credentials.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (given.size() > 1 || !bearer) {
            throw Refusal.unauthorized(
                    "the Authorization is not understood; send one, as Authorization: Bearer"
                            + " TOKEN");
        }
        byte[] sent =
                credentials.substring(BEARER.length()).trim().getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(token, sent)) {
            throw Refusal.unauthorized("the token is not the right one");
        }
    }

    /** Browsers say of every change which page asks for it; other programs say nothing. */
    private static void checkOrigin(Headers headers, String host) throws Refusal {
        for (String origin : headers.getOrDefault("Origin", List.of())) {
            String lower = origin.toLowerCase(Locale.ROOT);
            // https, too, for one who puts TLS in front
            if (!lower.equals("http://" + host) && !lower.equals("https://" + host)) {
                throw Refusal.forbidden(
                        "a page of \"" + origin + "\" may change nothing here; use the page at /");
            }
        }
        for (String site : headers.getOrDefault("Sec-Fetch-Site", List.of())) {
            if (!OWN_SITE.contains(site.toLowerCase(Locale.ROOT))) {
                throw Refusal.forbidden(
                        "a page of another site may change nothing here; use the page at /");
            }
        }
    }

    /**
     * A page of another site can send forms and plain text without asking first, and JSON it
     * cannot: Fetch, section 2.2.2, CORS-safelisted request-headers.
     */
    static void checkContentType(Request request) throws Refusal {
        List<String> types = request.headers().getOrDefault("Content-Type", List.of());
        String type = types.size() == 1 ? types.get(0).toLowerCase(Locale.ROOT) : "";
        if (!type.replace(" ", "").matches("application/json(;charset=\"?utf-8\"?)?")) {
            throw Refusal.wrongContentType(
                    "what changes something is sent as JSON, and says so: Content-Type:"
                            + " application/json");
        }
    }
}
