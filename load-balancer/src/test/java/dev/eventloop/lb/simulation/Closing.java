package dev.eventloop.lb.simulation;

/** Decides when a peer half-closes, closes, resets or aborts. */
final class Closing {
    private final Peer peer;
    private final Script script;

    Closing(Peer peer, Script script) {
        this.peer = peer;
        this.script = script;
    }

    boolean isTimeToAbort() {
        return switch (script.abort()) {
            case NEVER -> false;
            case AFTER_SENDING -> peer.sent >= script.abortAt();
            case AFTER_RECEIVING -> peer.received >= script.abortAt();
            case AFTER_A_WHILE -> peer.simulation.now() - peer.beganAt >= script.abortAt();
            case AFTER_THE_END ->
                    peer.sentFin && peer.simulation.now() - peer.endedAt >= script.abortAt();
        };
    }

    /** Ends its side, if it is time to. */
    void end() {
        if (peer.outgoing.hasFailed()) {
            return; // only reads until EOF or error
        }
        if (!peer.sentFin && peer.outgoing.isDone() && peer.isConnected() && !hesitates()) {
            switch (script.finish()) {
                case HALF_CLOSE -> peer.halfClose();
                case AFTER_THE_OTHER -> {
                    if (peer.sawFin) {
                        peer.halfClose();
                    }
                }
                case CLOSE -> peer.leave(false, "closes");
                case RESET -> peer.leave(true, "resets");
                case NEVER -> {}
            }
        }
        if (peer.isClosed) {
            return;
        }
        if (peer.sentFin && peer.sawFin) {
            peer.close();
        } else if (peer.sawFin
                && script.finish() == Script.Finish.NEVER
                && peer.outgoing.isDone()) {
            peer.halfClose();
            peer.close();
        } else if (peer.simulation.now() - peer.lastChange() > patience()) {
            peer.leave(false, "runs out of patience and closes");
        }
    }

    private boolean hesitates() {
        long silentSince =
                Math.max(peer.sawFin ? peer.receivedEndAt : peer.beganAt, peer.timeSent(peer.sent));
        return peer.simulation.now() - silentSince < script.hesitation();
    }

    /** A peer that reads waits forever, because the load balancer must end the connection. */
    private long patience() {
        return script.reads() && script.finish() != Script.Finish.NEVER
                ? Script.FOR_EVER
                : script.patience();
    }
}
