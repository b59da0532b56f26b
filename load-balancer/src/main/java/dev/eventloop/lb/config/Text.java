package dev.eventloop.lb.config;

/** A text and the place where it was written. */
public record Text(String value, Place place) {
    /** The text of an option or an argument. */
    public static Text ofCommandLine(String value) {
        return new Text(value, Place.COMMAND_LINE);
    }
}
