package dev.eventloop.lb.config;

import java.time.Duration;

/** The most connections in any period of this length; 0 for no limit. */
record Rate(int connections, Duration period) {
    static final Rate UNLIMITED = new Rate(0, Duration.ofSeconds(1));
}
