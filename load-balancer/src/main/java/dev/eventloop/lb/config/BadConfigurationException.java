package dev.eventloop.lb.config;

import java.util.List;

/** A configuration that cannot be accepted. */
public final class BadConfigurationException extends Exception {
    private final List<String> mistakes;

    public BadConfigurationException(List<String> mistakes) {
        super(String.join("\n", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** A line for each mistake, with its place: {@code lb.yaml:7:12: weight "0" is not ...}. */
    public List<String> mistakes() {
        return mistakes;
    }
}
