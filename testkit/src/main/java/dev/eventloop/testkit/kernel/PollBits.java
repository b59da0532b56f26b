package dev.eventloop.testkit.kernel;

/** The readiness of an open file, in the bits that poll(2) and epoll(7) share. */
final class PollBits {
    static final int IN = 0x001;
    static final int PRI = 0x002;
    static final int OUT = 0x004;
    static final int ERR = 0x008;
    static final int HUP = 0x010;
    static final int NVAL = 0x020;
    static final int RDHUP = 0x2000;

    /** Any of them may have changed. */
    static final int ANY = -1;

    private PollBits() {}
}
