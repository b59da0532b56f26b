package dev.eventloop.examples.chat;

/** Why a session ends. */
enum Ending {
    LEFT("left"),
    GONE("were reset"),
    BAD_PACKET("sent a bad packet"),
    TOO_SLOW("were too slow"),
    STOPPED("were here when it stopped");

    /** What is said of them in the end. */
    final String ofSessions;

    Ending(String ofSessions) {
        this.ofSessions = ofSessions;
    }
}
