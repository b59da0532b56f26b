package dev.eventloop.lb.config;

/** What a setting belongs to. */
public enum Scope {
    /** The process: one value, at the top level of the file. */
    PROCESS("the process"),

    /** A frontend. At the top level of the file and on the command line, the default of all. */
    FRONTEND("a frontend"),

    /** A pool. At the top level of the file and on the command line, the default of all. */
    POOL("a pool");

    private final String phrase;

    Scope(String phrase) {
        this.phrase = phrase;
    }

    /** The key of the file under which the entries of this scope are; null for the process. */
    String section() {
        return switch (this) {
            case PROCESS -> null;
            case FRONTEND -> "frontends";
            case POOL -> "pools";
        };
    }

    /** Where a key of this scope is written, as part of a sentence. */
    String belongsTo(boolean alsoAtTopLevel) {
        String where =
                section() == null ? "it at the top level" : "it below " + section() + ": NAME:";
        String or = section() != null && alsoAtTopLevel ? " or at the top level" : "";
        return "belongs to " + phrase + "; write " + where + or;
    }

    /** {@code "a pool"}, as part of a sentence. */
    @Override
    public String toString() {
        return phrase;
    }
}
