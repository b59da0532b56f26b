package dev.eventloop.lb.proxyprotocol;

/** The version of the PROXY protocol in which to write headers. */
public enum ProxyProtocol {
    /** A line of text; every receiver supports it. */
    V1("v1"),

    /** Binary: shorter, cheaper to parse, and with a LOCAL command. */
    V2("v2");

    private final String shortName;

    ProxyProtocol(String shortName) {
        this.shortName = shortName;
    }

    /** The name on the command line, {@code "v1"} or {@code "v2"}. */
    public String shortName() {
        return shortName;
    }
}
