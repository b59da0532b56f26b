package dev.eventloop.lb.chaos;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGSTOP and SIGCONT: bytes wait in the kernel, and no connection is cut. */
@Tag("chaos")
class StoppedProcessesLoseNoByteTest {
    @TempDir private Path folder;

    @BeforeEach
    void needsLinux() {
        Trial.needsLinux();
    }

    /** Also for longer than the idle timeout: what has come meanwhile is read before it counts. */
    @Test
    @DisplayName("a load balancer that is stopped, briefly or long, goes on where it was")
    void loadBalancerIsStopped() throws Exception {
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                Trial trial = Trial.start(folder, List.of(a, b))) {
            trial.traffic().start();
            int round = 0;
            while (trial.goesOn()) {
                trial.lb().signal("STOP");
                if (round++ % 4 == 3) {
                    trial.pause(6_000, 8_000);
                } else {
                    trial.pause(1, 500);
                }
                trial.lb().signal("CONT");
                trial.pause(100, 2_000);
            }
            trial.recover();
            trial.auditUnharmed();
        }
    }

    /** For less than the idle timeout, since nothing moves on a connection whose backend rests. */
    @Test
    @DisplayName("backends that are stopped keep their connections; the others do not notice")
    void backendsAreStopped() throws Exception {
        try (BackendProcess a = BackendProcess.start('A');
                BackendProcess b = BackendProcess.start('B');
                BackendProcess c = BackendProcess.start('C');
                Trial trial = Trial.start(folder, List.of(a, b, c))) {
            trial.traffic().start();
            while (trial.goesOn()) {
                List<BackendProcess> some = new ArrayList<>(trial.backends());
                Collections.shuffle(some, trial.random());
                some = some.subList(0, 1 + trial.random().nextInt(some.size()));
                for (BackendProcess each : some) {
                    each.freeze();
                }
                trial.pause(100, 2_500);
                for (BackendProcess each : some) {
                    each.thaw();
                }
                trial.pause(100, 1_500);
            }
            trial.recover();
            trial.auditUnharmed();
        }
    }
}
