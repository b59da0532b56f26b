package dev.eventloop.lb.proxyprotocol;

/** The version of the PROXY protocol that a header is written in. */
public enum ProxyProtocol {
    /** A line of text, which every receiver knows. */
    V1("v1"),

    /** Binary: shorter, cheaper to read, and able to say LOCAL. */
    V2("v2");

    private final String shortName;

    ProxyProtocol(String shortName) {
        this.shortName = shortName;
    }

    /** As the command line has it. */
    public String shortName() {
        return shortName;
    }
}
