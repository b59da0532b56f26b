package dev.eventloop.lb;

import dev.eventloop.lb.frontend.Frontend;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Frontends that a reload has removed: their connections go on, and what they have counted stays in
 * the totals.
 */
final class RetiredFrontends {
    private final List<Frontend> open = new ArrayList<>();

    /** The sum of those without connections, so that the list does not grow for ever. */
    private long accepted;

    private final Map<CloseReason, Long> closes = new EnumMap<>(CloseReason.class);

    synchronized void add(Frontend frontend) {
        open.add(frontend);
        open.removeIf(this::isOver);
    }

    private boolean isOver(Frontend frontend) {
        LoadBalancerStats.Frontend last = StatsOf.frontend(frontend);
        if (frontend.isAccepting() || last.active() > 0) {
            return false;
        }
        accepted += last.accepted();
        last.closes().forEach((reason, count) -> closes.merge(reason, count, Long::sum));
        return true;
    }

    /** What they have counted, and their open connections. */
    synchronized List<LoadBalancerStats.Frontend> stats() {
        List<LoadBalancerStats.Frontend> all = new ArrayList<>();
        all.add(new LoadBalancerStats.Frontend("", List.of(), accepted, 0, closes));
        open.forEach(frontend -> all.add(StatsOf.frontend(frontend)));
        return all;
    }
}
