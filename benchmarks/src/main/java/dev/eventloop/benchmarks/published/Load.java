package dev.eventloop.benchmarks.published;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;

/** The measurements of a server under one kind of load, one value per round. */
final class Load {
    /** Requests a second. */
    final Samples rate = new Samples();

    final Samples meanMillis = new Samples();
    final Samples medianMillis = new Samples();
    final Samples p99Millis = new Samples();

    /** The server's CPU time, in percent of a core and per request. */
    final Samples cpuPercent = new Samples();

    final Samples cpuMicros = new Samples();
    final Samples residentMib = new Samples();

    /** Runs one round with clients that are already connected. */
    void measure(Child server, Child clients, int active, int size, int millis) throws IOException {
        double cpuBefore = server.askNumbers("facts")[0];
        double[] load = clients.askNumbers("load " + active + " " + size + " " + millis);
        double[] facts = server.askNumbers("facts");
        double requests = load[0];
        double nanos = load[1];
        double cpu = facts[0] - cpuBefore;
        rate.add(requests / nanos * 1e9);
        meanMillis.add(load[2] / 1e6);
        medianMillis.add(load[3] / 1e6);
        p99Millis.add(load[4] / 1e6);
        cpuPercent.add(100 * cpu / nanos);
        cpuMicros.add(cpu / requests / 1e3);
        residentMib.add(facts[1] / 1024);
    }

    static String connect(Child server, Child clients, int count) throws IOException {
        return clients.ask("connect " + server.ask("port") + " " + count);
    }
}
