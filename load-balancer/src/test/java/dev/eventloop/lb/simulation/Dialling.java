package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import java.util.HashSet;
import java.util.List;

/** Checks that the right backends were tried for a connection, and not too many. */
final class Dialling {
    private final Simulation run;
    private final Scenario scenario;

    Dialling(Simulation run) {
        this.run = run;
        this.scenario = run.scenario;
    }

    void check(Case each) {
        AccessLine line = each.line();
        List<String> tried = line.tried();
        boolean notConnected = Oracle.NOT_CONNECTED.contains(each.reason());
        if (each.pool() == null) {
            expect(tried.isEmpty(), "it has no pool, but a backend was tried: %s", each);
            return;
        }
        int retries = each.pool().plan.retries();
        boolean oneEach = each.pool().all().stream().noneMatch(b -> hasNamesake(each.pool(), b));
        expect(
                !oneEach || new HashSet<>(tried).size() == tried.size(),
                "a backend is tried twice: %s",
                each);
        expect(tried.size() <= 1 + retries, "too many backends are tried: %s", each);
        expect(
                !line.wasConnected() || line.backend().equals(tried.get(tried.size() - 1)),
                "the backend is not the last one tried: %s",
                each);
        if (notConnected && scenario.plain()) {
            int most = 1 + Math.min(retries, each.pool().plan.backends().size() - 1);
            expect(tried.size() == most, "not all backends are tried: %s", each);
        }
        for (int i = 0; i < tried.size(); i++) {
            expect(
                    run.servers.get(tried.get(i)).pool == each.pool(),
                    "%s is not in its pool: %s",
                    tried.get(i),
                    each);
            if (i < tried.size() - 1 || notConnected) {
                expect(
                        mayFail(tried.get(i)),
                        "%s is up, but the connect failed: %s",
                        tried.get(i),
                        each);
            }
            checkMayBeTried(tried.get(i), each);
        }
        if (notConnected) {
            checkAllAreTried(each);
        }
    }

    private static boolean hasNamesake(BackendWatch pool, BackendHistory history) {
        return pool.named(history.backend.name()).size() > 1;
    }

    /**
     * No connection goes to a backend that is not in use, and none to a backup or a backend that is
     * down while a better one is available.
     */
    private void checkMayBeTried(String name, Case each) {
        long from = each.dialedFrom();
        long to = each.visit().dialedUntil();
        List<BackendHistory> these = each.pool().named(name);
        boolean maybeNoneInUse = // a reload may leave only backends in maintenance
                each.pool().all().stream()
                        .noneMatch(s -> s.always(from, to, BackendHistory.Status::isInUse));
        expect(
                these.stream()
                        .anyMatch(
                                s ->
                                        s.ever(from, to, BackendHistory.Status::isInUse)
                                                || (maybeNoneInUse
                                                        && s.ever(
                                                                from,
                                                                to,
                                                                BackendHistory.Status::present))),
                "%s is not in use, but was tried: %s",
                name,
                each);
        boolean up = these.stream().anyMatch(s -> s.ever(from, to, BackendHistory.Status::isUp));
        boolean backup =
                these.stream().allMatch(s -> s.always(from, to, BackendHistory.Status::backup));
        for (BackendHistory other : each.pool().all()) {
            if (!other.always(from, to, BackendHistory.Status::isUp)) {
                continue;
            }
            String better = other.backend.name();
            expect(up || better.equals(name), "%s is down, %s is up: %s", name, better, each);
            List<String> tried = each.line().tried();
            boolean passedOver =
                    other.always(from, to, s -> !s.backup() && s.limit() == 0)
                            && !tried.subList(0, tried.indexOf(name)).contains(better);
            expect(!backup || !passedOver, "%s is a backup, but %s is up: %s", name, better, each);
        }
    }

    /**
     * All backends that are up and below their limits were tried; if none was up, all that are in
     * use.
     */
    private void checkAllAreTried(Case each) {
        List<String> tried = each.line().tried();
        if (tried.size() == 1 + each.pool().plan.retries()) {
            return;
        }
        long from = each.dialedFrom();
        long to = each.closedAt();
        boolean noneUp =
                each.pool().all().stream()
                        .noneMatch(s -> s.ever(from, to, BackendHistory.Status::isUp));
        for (BackendHistory other : each.pool().all()) {
            boolean due =
                    other.always(
                            from,
                            to,
                            noneUp ? BackendHistory.Status::isInUse : BackendHistory.Status::isUp);
            String name = other.backend.name();
            expect(
                    !due || tried.contains(name) || mayBeFull(other, from, to),
                    "%s could have been tried: %s",
                    name,
                    each);
        }
    }

    /**
     * Whether the backend may have been at its limit. A connection that waits for a file descriptor
     * counts, although its log line has no backend yet.
     */
    private boolean mayBeFull(BackendHistory history, long from, long to) {
        if (!scenario.hasFilesForAll()) {
            return history.ever(from, to, s -> s.limit() > 0);
        }
        String name = history.backend.name();
        long others =
                run.visits.count(v -> v.isDuring(from, to) && v.closed.tried().contains(name));
        return history.ever(from, to, s -> s.limit() > 0 && s.limit() <= others);
    }

    boolean mayFail(String name) {
        BackendServer server = run.servers.get(name);
        return server.mayRefuse() || mayTimeOut(server) || scenario.isHostile();
    }

    boolean mayTimeOut(BackendServer server) {
        return server.mayKeepWaiting()
                || server.mayGetShortHeaders()
                || 4 * scenario.mostLatency().toNanos()
                        > server.pool.plan.connectTimeout().toNanos();
    }

    boolean mayTimeOut(String name) {
        return mayTimeOut(run.servers.get(name));
    }
}
