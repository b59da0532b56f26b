package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

import dev.eventloop.lb.CloseReason;
import dev.eventloop.lb.ClosedConnection;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Checks that each client was sent to the right pool at the right time: by its ClientHello once
 * that is complete, to the default pool if there is none, or to no pool. The same for clients whose
 * PROXY header or hello does not come.
 */
final class Prefaces {
    private static final long MILLI = 1_000_000;
    private static final long NEVER = Long.MAX_VALUE / 4;

    /** For timers. */
    private final long slack;

    /** The delays of a kernel with harmless faults. */
    private static final long FIDGETING = 200 * MILLI;

    /** How a connection without a pool may end after its PROXY header, if it must have one. */
    private static final Set<CloseReason> KNOWN =
            EnumSet.of(CloseReason.NO_ROUTE, CloseReason.PREFACE_TIMEOUT, CloseReason.DENIED);

    private final Scenario scenario;

    /** The longest time until bytes that were sent have an effect. */
    private final long delay;

    Prefaces(Simulation run) {
        this.scenario = run.scenario;
        long latency = 4 * scenario.mostLatency().toNanos();
        this.slack = 5 * MILLI + run.pauses.total();
        this.delay = latency + slack + (scenario.mood() == Scenario.Mood.CALM ? 0 : FIDGETING);
    }

    void check(Case each) {
        checkNames(each);
        checkAddress(each);
        if (each.pool() != null) {
            expect(
                    leadsTo(each, each.visit().routedAt, each.pool().plan.name()),
                    "at %.6f it was sent to the wrong pool: %s",
                    each.visit().routedAt / 1e9,
                    each);
            return;
        }
        expect(
                each.frontend().plan.acceptsHeader()
                        || mayNeedHello(each)
                        || Oracle.REFUSED.contains(each.reason()),
                "it has no pool, although its frontend needs no preface: %s",
                each);
        boolean right =
                switch (each.reason()) {
                    case NO_ROUTE -> leadsTo(each, each.closedAt(), null);
                    case PREFACE_TIMEOUT -> mayTimeOut(each);
                    case BAD_PROXY_HEADER -> mayHaveBadHeader(each);
                    case CLIENT_CLOSED -> each.client().sent == 0;
                    case CLIENT_RESET, DENIED, SOURCE_LIMIT, OUT_OF_MEMORY -> true;
                    case KILLED, DRAINED, SHUTDOWN -> !isOverdue(each);
                    default -> false;
                };
        expect(right, "it cannot end like this without a pool: %s", each);
    }

    private static void checkNames(Case each) {
        ClosedConnection closed = each.visit().closed;
        String frontend = each.frontend().plan.name();
        expect(closed.frontend().equals(frontend), "its frontend is not %s: %s", closed, each);
        expect(each.line().frontend().equals(frontend), "the log has another frontend: %s", each);
        String pool = closed.pool() == null ? "-" : closed.pool();
        boolean left = frontend.equals("default") && closed.pool() == null; // out of the line
        expect(left || each.line().pool().equals(pool), "the log has another pool: %s", each);
        expect(
                (closed.pool() == null) == (each.pool() == null),
                "its pool %s is unknown: %s",
                closed.pool(),
                each);
    }

    /** The address is the one in the PROXY header, once that has come. */
    private static void checkAddress(Case each) {
        Opening opening = each.client().outgoing.opening();
        boolean known = each.pool() != null || KNOWN.contains(each.reason());
        InetSocketAddress right =
                opening.isRight && opening.source != null ? opening.source : each.client().address;
        expect(
                !known || each.visit().closed.client().equals(right),
                "its address is not %s: %s",
                right,
                each);
    }

    /** Whether the routes lead to this pool at this time; null for none. */
    private boolean leadsTo(Case each, long at, String pool) {
        if (!hasRightHeader(each)) {
            return false;
        }
        boolean byHello = isDecided(each, at);
        boolean byDefault = mayGiveUp(each, at);
        boolean atOnce = mayNeedNoHello(each, at);
        Opening opening = each.client().outgoing.opening();
        for (Routing routing : routings(each, at, at)) {
            String wanted =
                    opening.isHello
                            ? routing.pool(opening.name, opening.protocols)
                            : routing.defaultPool();
            if ((byHello && same(pool, wanted))
                    || ((byDefault || atOnce) && same(pool, routing.defaultPool()))) {
                return true;
            }
        }
        return false;
    }

    private static List<Routing> routings(Case each, long from, long to) {
        FrontendHistory frontend = each.frontend();
        return frontend.during(frontend.routings, each.client(), from, to);
    }

    private static boolean same(String one, String other) {
        return one == null ? other == null : one.equals(other);
    }

    private boolean hasRightHeader(Case each) {
        return !each.frontend().plan.acceptsHeader()
                || (each.client().outgoing.opening().isRight
                        && each.client().outgoing.headerSentAt() >= 0);
    }

    /** When the load balancer could begin to wait for a hello. */
    private static long begin(Case each) {
        long accepted = each.visit().acceptedAt;
        return each.frontend().plan.acceptsHeader()
                ? Math.max(accepted, each.client().outgoing.headerSentAt())
                : accepted;
    }

    private static long deadline(Case each) {
        return each.visit().acceptedAt + each.frontend().plan.prefaceTimeout().toNanos();
    }

    /** Whether there is no route at first, so that no hello is needed. */
    private boolean mayNeedNoHello(Case each, long at) {
        long begin = begin(each);
        boolean inTime = each.frontend().plan.acceptsHeader() ? isSoon(begin, at) : at == begin;
        return inTime
                && routings(each, begin, at).stream().anyMatch(routing -> !routing.needsHello());
    }

    private static boolean mayNeedHello(Case each) {
        return routings(each, begin(each), each.closedAt()).stream().anyMatch(Routing::needsHello);
    }

    private boolean isSoon(long since, long at) {
        return at >= since && at <= since + delay;
    }

    /** When the byte that decides whether there is a hello was sent; NEVER if it was not. */
    private static long decidedAt(Case each) {
        int decisive = each.client().outgoing.opening().decisive;
        return each.client().sent < decisive
                ? NEVER
                : Math.max(begin(each), each.client().timeSent(decisive));
    }

    private boolean isDecided(Case each, long at) {
        long last = decidedAt(each);
        Opening opening = each.client().outgoing.opening();
        if (opening.isHello || opening.isCut) {
            return last < NEVER && isSoon(last, at);
        }
        long first = Math.max(begin(each), each.client().timeSent(1));
        return each.client().sent > 0 && at >= first && at <= last + delay;
    }

    /** Whether at this time there can be no complete hello any more, but there are some bytes. */
    private boolean mayGiveUp(Case each, long at) {
        Peer client = each.client();
        if (client.sent == 0 || client.timeSent(1) > at) {
            return false;
        }
        boolean timeout = isTimeout(each, at) && decidedAt(each) + delay >= deadline(each);
        boolean eof = Reasons.hasEnded(client) && isSoon(Math.max(begin(each), client.endedAt), at);
        return timeout || (eof && decidedAt(each) == NEVER);
    }

    private boolean isTimeout(Case each, long at) {
        return at >= deadline(each) && at <= deadline(each) + slack;
    }

    private boolean mayTimeOut(Case each) {
        boolean silent =
                each.client().sent == 0 || each.client().timeSent(1) + delay >= deadline(each);
        return hasRightHeader(each) && silent && isTimeout(each, each.closedAt());
    }

    private boolean mayHaveBadHeader(Case each) {
        if (!each.frontend().plan.acceptsHeader()) {
            return false;
        }
        boolean complete = hasRightHeader(each);
        boolean late = complete && begin(each) + delay >= deadline(each);
        boolean timeout = isTimeout(each, each.closedAt());
        return complete ? late && timeout : true;
    }

    /** Whether it should have had a pool, or have been closed, some time ago. */
    private boolean isOverdue(Case each) {
        long due = Math.min(deadline(each), decidedAt(each));
        if (Reasons.hasEnded(each.client())) {
            due = Math.min(due, Math.max(begin(each), each.client().endedAt));
        }
        return !scenario.isHostile() && each.closedAt() > due + delay;
    }
}
