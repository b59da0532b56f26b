package dev.eventloop.lb.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * Pauses of the load balancer's whole process, by SIGSTOP or since its machine is suspended: time
 * goes on, and so do its peers, but nothing of it runs.
 */
final class Pauses {
    /** One pause, in nanoseconds. */
    record Pause(long at, long length) {}

    private final Simulation simulation;
    private long until;
    private long total;

    Pauses(Simulation simulation) {
        this.simulation = simulation;
    }

    static List<Pause> draw(Dice dice, long latest) {
        List<Pause> pauses = new ArrayList<>();
        if (dice.percent(12)) {
            int count = dice.between(1, 3);
            for (int i = 0; i < count; i++) {
                pauses.add(
                        new Pause(dice.upTo(latest), dice.magnitude(1_000, 20_000_000) * 1_000L));
            }
        }
        return pauses;
    }

    void schedule() {
        for (Pause pause : simulation.scenario.pauses()) {
            simulation.peers().after(pause.at(), () -> begin(pause));
        }
    }

    private void begin(Pause pause) {
        if (!simulation.ending.isOver()) {
            simulation.note(
                    "the process of the load balancer pauses for %.6f s", pause.length / 1e9);
            until = Math.max(until, simulation.now() + pause.length);
            total += pause.length;
        }
    }

    /** Lets a pause that has begun pass. */
    void pass() {
        while (simulation.now() < until) {
            simulation.kernel.advanceTo(until);
        }
    }

    /** Runs an action in the load balancer's process now, or after its pause. */
    void afterwards(Runnable action) {
        if (simulation.now() < until) {
            simulation.peers().after(until - simulation.now(), () -> afterwards(action));
        } else {
            action.run();
        }
    }

    /** By how much anything that the load balancer does may be late. */
    long total() {
        return total;
    }
}
