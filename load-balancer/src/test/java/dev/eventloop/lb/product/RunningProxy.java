package dev.eventloop.lb.product;

import java.io.IOException;
import java.util.List;

/** A load balancer that runs beside a test. */
public interface RunningProxy extends AutoCloseable {
    /** Where it listens, on 127.0.0.1 at least. */
    int port();

    /** Waits until checks have found the backend on this port fit, or unfit. */
    void awaitHealth(int backendPort, boolean up) throws Exception;

    /** Waits until it counts so many connections to backends. */
    void awaitActive(int connections) throws Exception;

    /** Waits until so many clients wait for a backend. */
    void awaitQueued(int clients) throws Exception;

    /** Takes the backend on this port out of use, or back into it. */
    void use(int backendPort, boolean used) throws Exception;

    /** Waits for so many lines of its log; all of them. */
    List<LogLine> log(int lines) throws Exception;

    @Override
    void close() throws IOException;
}
