package dev.eventloop.lb.discovery;

import java.io.IOException;

/** A response that is not believed; the message goes on after "the DNS server". */
final class UnusableAnswerException extends IOException {
    private static final long serialVersionUID = 1;

    UnusableAnswerException(String why) {
        super(why);
    }
}
