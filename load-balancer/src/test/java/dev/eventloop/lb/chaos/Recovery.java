package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.JavaProgram;
import dev.eventloop.fixture.ProcessFacts;
import java.io.IOException;
import java.time.Duration;

/** After the trouble the load balancer is as it was before. */
final class Recovery {
    private static final int TRIES = 100;
    private static final int IN_A_ROW = 20;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);
    private static final Duration IDLE = Duration.ofSeconds(2);

    /** Of one core, in clock ticks: half of it. Without a spin it is a few. */
    private static final long MOST_TICKS = 100;

    private static final int SAMPLES = 100;

    private Recovery() {}

    /** When the traffic has stopped. */
    static void of(JavaProgram lb, Admin admin, Traffic traffic, int idleFiles) throws Exception {
        newClientsAreServed(traffic);
        Await.equal(0, admin::active);
        ProcessFacts facts = lb.facts();
        Await.until(
                "open files return to " + idleFiles + ": " + lb,
                () -> filesWithoutPipes(facts) <= idleFiles);
        Await.equal(0L, facts::socketsInCloseWait);
        Await.until("no thread spins: " + lb, () -> ticksOfIdle(facts) < MOST_TICKS);
    }

    private static void newClientsAreServed(Traffic traffic) {
        int inARow = 0;
        for (int i = 0; i < TRIES && inARow < IN_A_ROW; i++) {
            traffic.assertNothingWrong();
            if (traffic.once().end() == Account.End.WHOLE) {
                inARow++;
            } else {
                inARow = 0;
                Trial.pause(BETWEEN_TRIES);
            }
        }
        assertThat(inARow).as("clients served, one after the other").isEqualTo(IN_A_ROW);
    }

    private static long ticksOfIdle(ProcessFacts facts) throws IOException {
        long before = facts.cpuTicks();
        Trial.pause(IDLE);
        return facts.cpuTicks() - before;
    }

    /** The least number of open files in a moment: health checks come and go. */
    static int leastFiles(ProcessFacts facts) throws IOException {
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            least = Math.min(least, filesWithoutPipes(facts));
            Trial.pause(Duration.ofMillis(10));
        }
        return least;
    }

    /** Pipes for splice(2) are kept for reuse. */
    private static int filesWithoutPipes(ProcessFacts facts) throws IOException {
        return facts.openFiles() - facts.openPipes();
    }
}
