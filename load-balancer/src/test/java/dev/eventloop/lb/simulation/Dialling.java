package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import java.util.HashSet;
import java.util.List;

/** Whether the right backends were tried for a connection, and none too many. */
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
        boolean oneEach = run.backendWatch.all().stream().noneMatch(this::hasNamesake);
        expect(
                !oneEach || new HashSet<>(tried).size() == tried.size(),
                "a backend is tried twice: %s",
                each);
        expect(tried.size() <= 1 + scenario.retries(), "too many are tried: %s", each);
        expect(
                !line.wasConnected() || line.backend().equals(tried.get(tried.size() - 1)),
                "the backend is not the last one tried: %s",
                each);
        if (notConnected && scenario.plain()) {
            int most = 1 + Math.min(scenario.retries(), run.servers.size() - 1);
            expect(tried.size() == most, "not all backends are tried: %s", each);
        }
        for (int i = 0; i < tried.size(); i++) {
            if (i < tried.size() - 1 || notConnected) {
                expect(
                        mayFail(tried.get(i)),
                        "%s is up, and was not connected to: %s",
                        tried.get(i),
                        each);
            }
            checkMayBeTried(tried.get(i), each);
        }
        if (notConnected) {
            checkAllAreTried(each);
        }
    }

    private boolean hasNamesake(Seen seen) {
        return run.backendWatch.named(seen.backend.name()).size() > 1;
    }

    /** Nobody goes to who is not in use, and to who is down or a backup only if need be. */
    private void checkMayBeTried(String name, Case each) {
        long from = each.visit().acceptedAt;
        long to = each.visit().dialedUntil();
        List<Seen> these = run.backendWatch.named(name);
        boolean nobody = // perhaps: a reload may leave only who was taken out
                run.backendWatch.all().stream()
                        .noneMatch(s -> s.always(from, to, Seen.Status::isInUse));
        expect(
                these.stream()
                        .anyMatch(
                                s ->
                                        s.ever(from, to, Seen.Status::isInUse)
                                                || (nobody
                                                        && s.ever(from, to, Seen.Status::present))),
                "%s is not in use, and was tried: %s",
                name,
                each);
        boolean up = these.stream().anyMatch(s -> s.ever(from, to, Seen.Status::isUp));
        boolean backup = these.stream().allMatch(s -> s.always(from, to, Seen.Status::backup));
        for (Seen other : run.backendWatch.all()) {
            if (!other.always(from, to, Seen.Status::isUp)) {
                continue;
            }
            String better = other.backend.name();
            expect(up || better.equals(name), "%s is down, %s is up: %s", name, better, each);
            List<String> tried = each.line().tried();
            boolean passedOver =
                    other.always(from, to, s -> !s.backup() && s.limit() == 0)
                            && !tried.subList(0, tried.indexOf(name)).contains(better);
            expect(
                    !backup || !passedOver,
                    "%s is a backup, and %s is there: %s",
                    name,
                    better,
                    each);
        }
    }

    /** Who is up, and has room; if nobody is up who is in use, and has room. */
    private void checkAllAreTried(Case each) {
        List<String> tried = each.line().tried();
        if (tried.size() == 1 + scenario.retries()) {
            return;
        }
        long from = each.visit().acceptedAt;
        long to = each.closedAt();
        boolean noneUp =
                run.backendWatch.all().stream().noneMatch(s -> s.ever(from, to, Seen.Status::isUp));
        for (Seen other : run.backendWatch.all()) {
            boolean due = other.always(from, to, noneUp ? Seen.Status::isInUse : Seen.Status::isUp);
            String name = other.backend.name();
            expect(
                    !due || tried.contains(name) || mayBeFull(other, from, to),
                    "%s could have been tried: %s",
                    name,
                    each);
        }
    }

    /** Who waits for a file descriptor counts, and has tried nobody yet. */
    private boolean mayBeFull(Seen seen, long from, long to) {
        if (!scenario.hasFilesForAll()) {
            return seen.ever(from, to, s -> s.limit() > 0);
        }
        String name = seen.backend.name();
        long others =
                run.visits.count(v -> v.isDuring(from, to) && v.closed.tried().contains(name));
        return seen.ever(from, to, s -> s.limit() > 0 && s.limit() <= others);
    }

    boolean mayFail(String name) {
        BackendServer server = run.servers.get(name);
        return server.mayRefuse() || mayTimeOut(server) || scenario.isHostile();
    }

    boolean mayTimeOut(BackendServer server) {
        return server.mayKeepWaiting()
                || 4 * scenario.mostLatency().toNanos() > scenario.connectTimeout().toNanos();
    }

    boolean mayTimeOut(String name) {
        return mayTimeOut(run.servers.get(name));
    }
}
