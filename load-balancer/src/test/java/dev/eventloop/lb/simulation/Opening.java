package dev.eventloop.lb.simulation;

import dev.eventloop.lb.proxyprotocol.ProxyProtocol;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a peer sends before its content. Only clients send anything here. */
final class Opening {
    private static final byte[] NOTHING = {};
    private static final int FIRST_PORT = 10_000;

    /** Where the message type is in a hello. */
    private static final int TYPE = 5;

    /** The first bytes of a message, in as many records as it can have. */
    private static final int LONGEST_HEAD = 24;

    /** Content and nothing else. */
    static final Opening NONE =
            new Opening(
                    NOTHING, false, null, null, NOTHING, 1, false, "", List.of(), false, -1, 0, 1);

    /** A PROXY header, which the load balancer takes out of the stream; may be empty. */
    final byte[] header;

    /** Whether the header is well-formed. */
    final boolean isRight;

    /** The client's address in the header; null if it has none. */
    final InetSocketAddress source;

    /** The other address in the header. */
    final InetSocketAddress target;

    /** The first bytes that a backend gets: a TLS ClientHello, part of one, or a wrong one. */
    final byte[] hello;

    /** After how many bytes at most it is known whether there is a hello. */
    final int decisive;

    /** Whether it is a valid hello. */
    final boolean isHello;

    /** The server name in it; empty for none. */
    final String name;

    final List<String> protocols;

    /** Whether the hello never ends, so that nothing may follow. */
    final boolean isCut;

    /** After how many bytes of the hello the client pauses; -1 for never. */
    final int pauseAt;

    final long pause;

    /** The most bytes of a write. */
    final int step;

    private Opening(
            byte[] header,
            boolean isRight,
            InetSocketAddress source,
            InetSocketAddress target,
            byte[] hello,
            int decisive,
            boolean isHello,
            String name,
            List<String> protocols,
            boolean isCut,
            int pauseAt,
            long pause,
            int step) {
        this.header = header;
        this.isRight = isRight;
        this.source = source;
        this.target = target;
        this.hello = hello;
        this.decisive = decisive;
        this.isHello = isHello;
        this.name = name;
        this.protocols = protocols;
        this.isCut = isCut;
        this.pauseAt = pauseAt;
        this.pause = pause;
        this.step = step;
    }

    /**
     * @param number of the client
     */
    static Opening draw(Dice dice, FrontendPlan frontend, long number) {
        Opening opening = NONE;
        if (frontend.routing().needsHello() ? dice.percent(85) : dice.percent(5)) {
            opening = withHello(dice, number);
        }
        return frontend.acceptsHeader()
                ? opening.withHeader(dice, number, frontend.host().contains(":"))
                : opening;
    }

    private static Opening withHello(Dice dice, long number) {
        String name = dice.one(Routing.NAMES);
        List<String> protocols = new ArrayList<>();
        while (protocols.size() < 2 && dice.percent(40)) {
            protocols.add(dice.one(Routing.PROTOCOLS));
        }
        int fragment = dice.percent(75) ? 16_384 : dice.between(1, 200);
        int padding = dice.percent(80) ? dice.below(300) : dice.below(2_000);
        byte[] hello = HelloBuilder.hello(number, name, protocols, padding, fragment);
        int decisive = hello.length;
        boolean wrong = dice.percent(8);
        boolean cut = !wrong && dice.percent(8);
        if (wrong) {
            hello[TYPE]++;
            decisive = LONGEST_HEAD;
        }
        if (cut) {
            hello = Arrays.copyOf(hello, dice.below(hello.length));
            decisive = Integer.MAX_VALUE;
        }
        int pauseAt = hello.length > 0 && dice.percent(25) ? dice.below(hello.length) : -1;
        return new Opening(
                NOTHING,
                false,
                null,
                null,
                hello,
                decisive,
                !wrong && !cut,
                name,
                protocols,
                cut,
                pauseAt,
                dice.magnitude(1_000, 2_000_000_000) * 5L,
                dice.percent(60) ? 100_000 : dice.magnitude(8, 1_000));
    }

    private Opening withHeader(Dice dice, long number, boolean v6) {
        ProxyProtocol version = dice.one(ProxyProtocol.values());
        int kind = dice.below(100);
        if (kind < 80) {
            int port = FIRST_PORT + (int) number;
            InetSocketAddress from =
                    new InetSocketAddress(v6 ? "::1" : "127.0.0." + dice.between(1, 4), port);
            InetSocketAddress to = new InetSocketAddress(v6 ? "::1" : "127.0.0.9", 443);
            return withHeader(ProxyHeaders.of(version, from, to), true, from, to);
        } else if (kind < 88) {
            return withHeader(ProxyHeaders.unknown(version), true, null, null);
        }
        return withHeader(kind < 94 ? ProxyHeaders.malformed() : NOTHING, false, null, null);
    }

    private Opening withHeader(
            byte[] bytes, boolean right, InetSocketAddress from, InetSocketAddress to) {
        return new Opening(
                bytes, right, from, to, hello, decisive, isHello, name, protocols, isCut, pauseAt,
                pause, step);
    }

    @Override
    public String toString() {
        return String.format(
                "Opening[header of %d bytes%s, hello of %d%s for \"%s\" %s%s]",
                header.length,
                source == null ? "" : " from " + source,
                hello.length,
                isHello ? "" : isCut ? " (cut)" : " (wrong)",
                name,
                protocols,
                pauseAt < 0 ? "" : ", pausing at " + pauseAt + " for " + pause / 1e9 + " s");
    }
}
