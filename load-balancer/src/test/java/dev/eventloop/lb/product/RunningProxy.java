package dev.eventloop.lb.product;

import java.io.IOException;
import java.util.List;

/** A load balancer that a test has started. */
public interface RunningProxy extends AutoCloseable {
    /** The port on which it listens, on 127.0.0.1 at least. */
    int port();

    /** Waits until health checks have marked the backend on this port as up or down. */
    void awaitHealth(int backendPort, boolean up) throws Exception;

    /** Waits until it counts this many connections to backends. */
    void awaitActive(int connections) throws Exception;

    /** Waits until this many clients wait in its queue. */
    void awaitQueued(int clients) throws Exception;

    /** Sets the backend on this port to up or to maintenance. */
    void use(int backendPort, boolean used) throws Exception;

    /** Waits until it has logged at least {@code lines} lines; returns all lines. */
    List<LogLine> log(int lines) throws Exception;

    @Override
    void close() throws IOException;
}
