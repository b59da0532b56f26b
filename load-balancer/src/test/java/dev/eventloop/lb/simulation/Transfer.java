package dev.eventloop.lb.simulation;

import static dev.eventloop.lb.simulation.Violation.expect;

/** Whether all bytes arrived, and how each direction ended. */
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
                    "the log has another backend than the one that was met: %s",
                    each);
            expect(!backend.isCheck, "it talks to who was taken for a check: %s", each);
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
        if (to.heardTheEnd() && !cut && wasListening(to)) {
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

    /** FIN says that this was all. */
    private void checkEnd(Peer from, Peer to, Case each) {
        boolean ended = Reasons.hasEnded(from);
        if (ended && to.received == from.sent) {
            return;
        }
        if (to.isUnix()) {
            return; // there is no reset in the unix domain
        }
        expect(
                Oracle.CUT.contains(each.reason()),
                "%s heard %s: %s",
                to.name,
                ended ? "an end before the last byte" : "an end that nobody sent",
                each);
        if (scenario.hasLatency()) {
            return; // what was under way nobody could know of
        }
        boolean hadReset = from.hasReset && !from.isUnix() && from.closedAt <= each.closedAt();
        expect(ended || !hadReset, "%s heard an end in place of a reset: %s", to.name, each);
        if (from.sentAtClose >= 0 && scenario.mood() == Scenario.Mood.CALM) {
            expect(
                    to.received == from.sentAtClose,
                    "%s misses bytes of %s, and heard what looks like the end: %s",
                    to.name,
                    from.name,
                    each);
        }
    }

    /**
     * Whether it read fast enough to be told from one that does not read at all: what the load
     * balancer sees is when a socket buffer of its peer's, or of its own, has become empty.
     */
    private boolean wasListening(Peer peer) {
        long limit =
                Math.min(scenario.idleTimeout().toNanos(), scenario.halfCloseTimeout().toNanos());
        double time = peer.lastReceivedAt - peer.beganAt;
        boolean fast =
                time < limit / 2.0
                        || peer.received * (limit / time) > 4.0 * scenario.socketBuffer();
        boolean atOnce = peer.server == null || peer.server.plan.slowness() < limit / 2;
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
