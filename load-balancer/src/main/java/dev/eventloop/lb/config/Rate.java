package dev.eventloop.lb.config;

import java.time.Duration;

/** So many connections in any such period; 0 for no limit. */
record Rate(int connections, Duration period) {
    static final Rate UNLIMITED = new Rate(0, Duration.ofSeconds(1));
}
