package dev.eventloop.lb.admin;

import java.util.List;

/** Reads the configuration of a load balancer again, for {@code POST /api/v1/reload}. */
public interface Reloading {
    /**
     * The outcome.
     *
     * @param error why nothing has changed; null if the configuration is in effect
     * @param mistakes of the configuration, if it is not in effect
     * @param changes what is different now
     * @param kept what differs from the configuration and stays: settings that need a restart, and
     *     what an operator has changed
     * @param warnings about the configuration
     */
    record Result(
            String error,
            List<String> mistakes,
            List<String> changes,
            List<String> kept,
            List<String> warnings) {
        /** Nothing has changed. */
        public static Result refused(String error, List<String> mistakes) {
            return new Result(error, mistakes, List.of(), List.of(), List.of());
        }
    }

    /** Reloads, and returns when the configuration is in effect or refused. Any thread. */
    Result reload();
}
