package dev.eventloop.benchmarks.published;

import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.report.Report;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Consumer;

/** Repeats the published measurements of the tutorial, LogCaster and ToyServer2. */
public final class PublishedPart {
    private final Effort effort;

    public PublishedPart(Effort effort) {
        this.effort = effort;
    }

    public void run(Report report, Consumer<String> progress) throws IOException {
        Instant start = report.now();
        new ConnectionsTable(effort).run(report, progress);
        new TriggerTable(effort).run(report, progress);
        new BatchTables(effort).run(report, progress);
        report.putWhen(
                "published",
                start,
                "%d rounds of %d ms per server, %d of the batches; the servers take turns"
                        .formatted(effort.loadRounds(), effort.loadMillis(), effort.batchRounds()));
    }
}
