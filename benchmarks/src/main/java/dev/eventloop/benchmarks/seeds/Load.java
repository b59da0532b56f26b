package dev.eventloop.benchmarks.seeds;

import dev.eventloop.benchmarks.Child;
import dev.eventloop.benchmarks.report.Samples;
import java.io.IOException;

/** What was seen of a server under one kind of load, a value each round. */
final class Load {
    /** Requests a second. */
    final Samples rate = new Samples();

    final Samples meanMillis = new Samples();
    final Samples medianMillis = new Samples();
    final Samples p99Millis = new Samples();

    /** Of the server, in percent of a core, and for each request. */
    final Samples cpuPercent = new Samples();

    final Samples cpuMicros = new Samples();
    final Samples residentMib = new Samples();

    /** One round. The clients are connected already. */
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
