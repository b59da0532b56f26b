package dev.eventloop.lb.runtime;

import java.time.Duration;

/**
 * The settings of the whole process. Fixed once it runs.
 *
 * @param threads each with an event loop
 * @param pinThreads whether each thread stays on a core
 * @param maxClients at a time, of all frontends without a limit of their own
 * @param eventBackend null for the best one
 * @param stallWarning how long a loop may take to turn before it is logged; zero for any time
 */
public record ProcessSettings(
        int threads,
        boolean pinThreads,
        int maxClients,
        String eventBackend,
        Duration stallWarning) {}
