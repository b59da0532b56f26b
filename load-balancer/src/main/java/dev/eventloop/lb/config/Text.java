package dev.eventloop.lb.config;

/** What somebody wrote, and where. */
public record Text(String value, Place place) {
    /** An option's or an argument's. */
    public static Text ofCommandLine(String value) {
        return new Text(value, Place.COMMAND_LINE);
    }
}
