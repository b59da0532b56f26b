package dev.eventloop.examples.chat;

/** Why a session ends. */
enum Ending {
    LEFT("left"),
    GONE("were reset"),
    BAD_PACKET("sent a bad packet"),
    TOO_SLOW("were too slow"),
    STOPPED("were connected when it stopped");

    /** The text in the final summary. */
    final String ofSessions;

    Ending(String ofSessions) {
        this.ofSessions = ofSessions;
    }
}
