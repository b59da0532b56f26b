package dev.eventloop.lb.simulation;

import dev.eventloop.lb.BackendOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the name servers say of the name of a pool.
 *
 * @param backends all that any answer has
 * @param answers in the order of their times
 * @param fromTheStart whether the first configuration has the name
 */
record NamePlan(List<BackendPlan> backends, List<Answer> answers, boolean fromTheStart) {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** From this time on, the name has these backends; none if it is unknown. */
    record Answer(long at, List<BackendOptions> backends) {}

    /**
     * A name that nobody else has, and whose answers change within {@code time} nanoseconds.
     *
     * @param first the number of its first backend, from 0
     * @param largest the maximum bytes that a backend may send
     */
    static NamePlan draw(Dice dice, int first, int largest, long time, boolean fromTheStart) {
        List<BackendPlan> backends =
                BackendPlan.draw(dice, first, dice.between(1, 3), largest, false, false);
        List<Long> times = new ArrayList<>();
        times.add(dice.percent(60) ? 0L : dice.upTo(2 * SECOND));
        int changes = dice.percent(25) ? 0 : dice.magnitude(1, 30);
        for (int i = 0; i < changes; i++) {
            times.add(dice.percent(30) ? times.get(i) + dice.upTo(SECOND) : dice.upTo(time));
        }
        List<Answer> answers =
                times.stream().sorted().map(at -> new Answer(at, draw(dice, backends))).toList();
        return new NamePlan(backends, answers, fromTheStart);
    }

    private static List<BackendOptions> draw(Dice dice, List<BackendPlan> backends) {
        List<BackendOptions> answer = new ArrayList<>();
        boolean unknown = dice.percent(10);
        for (BackendPlan backend : backends) {
            if (!unknown && dice.percent(75)) {
                BackendOptions options = backend.options();
                answer.add(dice.percent(30) ? options.weight(dice.between(1, 9)) : options);
            }
        }
        return answer;
    }
}
