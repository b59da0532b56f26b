package dev.eventloop.benchmarks.seeds;

import dev.eventloop.benchmarks.Effort;
import dev.eventloop.benchmarks.report.Report;
import java.io.IOException;
import java.time.Instant;
import java.util.function.Consumer;

/** All the tables of the learning material. */
public final class SeedsPart {
    private final Effort effort;

    public SeedsPart(Effort effort) {
        this.effort = effort;
    }

    public void run(Report report, Consumer<String> progress) throws IOException {
        Instant start = report.now();
        new ConnectionsTable(effort).run(report, progress);
        new TriggerTable(effort).run(report, progress);
        new BatchTables(effort).run(report, progress);
        report.putWhen(
                "seeds",
                start,
                "%d rounds of %d ms for each server, %d of the batches; the servers take turns"
                        .formatted(effort.loadRounds(), effort.loadMillis(), effort.batchRounds()));
    }
}
