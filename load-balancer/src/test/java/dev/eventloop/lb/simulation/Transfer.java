package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

/** Checks that all bytes arrived, and how each direction ended. */
final class Transfer {
    private final Scenario scenario;

    Transfer(Scenario scenario) {
        this.scenario = scenario;
    }

    void check(Case each) {
        Peer client = each.client();
        Peer backend = each.backend();
        checkDirection(client, backend, each);
        if (backend != null) {
            expect(
                    backend.server.name.equals(each.line().backend()),
                    "the log has another backend than the one connected: %s",
                    each);
            expect(
                    backend.server.pool == each.pool(),
                    "%s is not in its pool: %s",
                    backend.server.name,
                    each);
            expect(!backend.isCheck, "its backend end was taken for a health check: %s", each);
            checkDirection(backend, client, each);
        }
        checkLoggedBytes(client, backend, each);
    }

    private void checkDirection(Peer from, Peer to, Case each) {
        if (to == null) {
            return;
        }
        if (to.sawFin) {
            checkEnd(from, to, each);
        }
        boolean cut = Oracle.CUT.contains(each.reason()) || scenario.isHostile();
        if (to.hasReceivedEnd() && !cut && wasListening(to, each.frontend().plan)) {
            long least = from.left ? from.arrivedBeforeLeaving : from.sent;
            expect(
                    to.received >= least,
                    "%s lost bytes of %s, who had sent %d: %s",
                    to.name,
                    from.name,
                    least,
                    each);
        }
    }

    /** A FIN arrives only after all bytes. */
    private void checkEnd(Peer from, Peer to, Case each) {
        boolean ended = Reasons.hasEnded(from);
        if (ended && to.received == from.sent) {
            return;
        }
        if (to.isUnix()) {
            return; // unix-domain sockets have no reset
        }
        expect(
                Oracle.CUT.contains(each.reason()),
                "%s received %s: %s",
                to.name,
                ended ? "a FIN before the last byte" : "a FIN that the other side did not send",
                each);
        if (scenario.hasLatency()) {
            return; // the load balancer could not know what was in transit
        }
        boolean hadReset = from.hasReset && !from.isUnix() && from.closedAt <= each.closedAt();
        expect(ended || !hadReset, "%s received a FIN instead of a reset: %s", to.name, each);
        if (from.sentAtClose >= 0 && scenario.mood() == Scenario.Mood.CALM) {
            expect(
                    to.received == from.sentAtClose,
                    "%s misses bytes of %s, but received a FIN: %s",
                    to.name,
                    from.name,
                    each);
        }
    }

    /**
     * Whether the peer read fast enough not to look idle: the load balancer only sees when its own
     * or the peer's socket buffer has drained.
     */
    private boolean wasListening(Peer peer, FrontendPlan frontend) {
        long limit =
                Math.min(frontend.idleTimeout().toNanos(), frontend.halfCloseTimeout().toNanos());
        double time = peer.lastReceivedAt - peer.beganAt;
        boolean fast =
                time < limit / 2.0
                        || peer.received * (limit / time) > 4.0 * scenario.socketBuffer();
        boolean atOnce = peer.unseenFor < limit / 2;
        return !peer.left
                && peer.script.reads()
                && peer.longestReadGap < limit / 2
                && fast
                && atOnce;
    }

    private void checkLoggedBytes(Peer client, Peer backend, Case each) {
        AccessLine line = each.line();
        expect(line.received() >= client.received, "too few bytes received in the log: %s", each);
        expect(line.sent() <= client.sent, "too many bytes sent in the log: %s", each);
        if (backend != null) {
            expect(line.sent() >= backend.received, "too few bytes sent in the log: %s", each);
            expect(line.received() <= backend.sent, "too many bytes received in the log: %s", each);
        }
    }
}
