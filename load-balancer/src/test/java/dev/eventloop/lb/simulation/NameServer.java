package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.BackendOptions;
import dev.eventloop.lb.BackendSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Says where the name of a pool is, to those who look it up: at once or late, what has changed
 * only, and at times once more after they have stopped looking.
 */
final class NameServer {
    private static final long MOST_DELAY = 50_000_000;

    private final Simulation simulation;
    private final PoolPlan pool;
    private final Dice dice;

    /** What the pool should have of it. */
    private final FoundBackends found;

    /** All that were started, also those that were closed. */
    private final List<Source> sources = new ArrayList<>();

    private List<BackendOptions> answer; // null before the first

    NameServer(Simulation simulation, PoolPlan pool, FoundBackends found, Dice dice) {
        this.simulation = simulation;
        this.pool = pool;
        this.found = found;
        this.dice = dice;
    }

    void schedule() {
        for (NamePlan.Answer each : pool.names().answers()) {
            if (each.at() == 0) {
                answer = each.backends();
            } else {
                simulation.peers().after(each.at(), () -> say(each.backends()));
            }
        }
    }

    private void say(List<BackendOptions> backends) {
        simulation.note("the name of %s is %s", pool.name(), backends);
        answer = backends;
        sources.forEach(Source::tellSoon);
    }

    /**
     * @param version another one is another source of this name
     */
    BackendSource source(int version) {
        return new Source(version);
    }

    /** Nobody looks up the name any more. */
    void checkAllAreClosed() {
        expect(sources.stream().allMatch(each -> each.closed), "a source of %s is open", pool);
    }

    private final class Source implements BackendSource {
        private final int version;
        private Consumer<List<BackendOptions>> listener;
        private List<BackendOptions> told;
        private boolean closed;
        private boolean toldAfterwards;

        Source(int version) {
            this.version = version;
        }

        @Override
        public String name() {
            return "dns:" + pool.name();
        }

        @Override
        public void start(Consumer<List<BackendOptions>> onChange) {
            listener = onChange;
            sources.add(this);
            if (answer != null && dice.percent(60)) {
                tell();
            } else if (answer != null) {
                tellSoon();
            }
        }

        private void tellSoon() {
            long delay = dice.percent(50) ? 0 : dice.upTo(MOST_DELAY);
            simulation.peers().after(delay, () -> simulation.pauses.afterwards(this::tell));
        }

        private void tell() {
            boolean heard = !closed || (!toldAfterwards && dice.percent(50));
            if (!heard || answer.equals(told) || simulation.ending.isOver()) {
                return;
            }
            toldAfterwards = closed;
            boolean first = told == null;
            told = answer;
            simulation.note("%s is told to be at %s", name(), answer);
            simulation.names.change(found, () -> listener.accept(told));
            if (!closed) {
                found.answered(answer, first);
                simulation.look();
            }
        }

        @Override
        public void close() {
            if (listener != null && !closed) {
                found.sourceIsClosed();
            }
            closed = true;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Source that
                    && version == that.version
                    && name().equals(that.name());
        }

        @Override
        public int hashCode() {
            return version;
        }
    }
}
