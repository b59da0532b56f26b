package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.frontend.Counters;
import dev.eventloop.lb.frontend.Frontend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** A frontend over the run: its settings, and the times at which it was there. */
final class FrontendHistory {
    final FrontendPlan plan;
    final Policies policies = new Policies();
    final Timeline<Routing> routings = new Timeline<>();

    /** Whether it is configured. */
    final Timeline<Boolean> presence = new Timeline<>();

    /** Those of this name, the current one last. */
    private final List<Frontend> incarnations = new ArrayList<>();

    FrontendHistory(FrontendPlan plan) {
        this.plan = plan;
        presence.add(Long.MIN_VALUE, false);
    }

    void isConfigured(long now, Configuration.Entry entry) {
        policies.add(now, entry.policy());
        routings.add(now, entry.routing());
        if (!presence.now()) {
            presence.add(now, true);
        }
    }

    void isRemoved(long now) {
        if (presence.now()) {
            presence.add(now, false);
        }
    }

    /** Records which one the load balancer has now. */
    void isSeen(Frontend frontend) {
        if (!incarnations.contains(frontend)) {
            incarnations.add(frontend);
        }
    }

    List<Frontend> incarnations() {
        return incarnations;
    }

    /** Those of all incarnations; one that came back while clients were there has the same ones. */
    Set<Counters> counters() {
        Set<Counters> all = Collections.newSetFromMap(new IdentityHashMap<>());
        incarnations.forEach(frontend -> all.add(frontend.counters()));
        return all;
    }

    /**
     * Whether it was removed after the client had come and before some time. Then the client may
     * have been accepted before, or from the backlog afterwards; one that came back is another.
     */
    boolean wasRemoved(Peer client, long to) {
        return removals().stream().anyMatch(at -> at >= client.beganAt && at <= to);
    }

    private List<Long> removals() {
        return presence.begins(present -> !present).stream().filter(at -> at >= 0).toList();
    }

    /**
     * The values that may hold at some time for a client: those of that time or, if the frontend
     * was removed since the client came, those that it had then.
     */
    <T> List<T> during(Timeline<T> values, Peer client, long from, long to) {
        List<T> during = new ArrayList<>(values.during(from, to));
        for (long at : removals()) {
            if (at >= client.beganAt && at <= to) {
                during.addAll(values.during(at, at));
            }
        }
        return during;
    }

    /** Whether a client that came then may stay unserved, since the frontend was not there. */
    boolean mayMiss(Peer client) {
        List<Long> absences = presence.begins(present -> !present);
        List<Long> returns = presence.begins(present -> present);
        for (int i = 0; i < absences.size(); i++) {
            boolean wasBack = i < returns.size() && returns.get(i) <= client.beganAt;
            boolean before = client.connectedAt >= 0 && client.connectedAt < absences.get(i);
            if (!wasBack && !before) {
                return true;
            }
        }
        return false;
    }

    /**
     * The limit of clients holds while it accepts; if it was removed and came back, it may have
     * more, from the backlog, and accepts none until it has fewer.
     */
    void checkLimit() {
        if (presence.now() && !incarnations.isEmpty()) {
            Frontend current = incarnations.get(incarnations.size() - 1);
            int active = current.counters().active();
            int free = current.slots().free();
            expect(
                    active + free == plan.maxClients(),
                    "%d clients of %s are connected, and %d may come, but max-clients is %d",
                    active,
                    plan.name(),
                    free,
                    plan.maxClients());
            expect(
                    active <= plan.maxClients() || incarnations.size() > 1,
                    "%d clients of %s are connected, but max-clients is %d",
                    active,
                    plan.name(),
                    plan.maxClients());
        }
    }

    /** After all clients have gone, everything is as at the start. */
    void checkNothingIsLeft() {
        for (Frontend frontend : incarnations) {
            expect(
                    frontend.counters().active() == 0,
                    "%d clients of %s are active when all have gone",
                    frontend.counters().active(),
                    plan.name());
            int free = frontend.slots().free();
            expect(
                    free == plan.maxClients(),
                    "%d of %d client slots of %s are free when all have gone",
                    free,
                    plan.maxClients(),
                    plan.name());
        }
    }
}
