package dev.eventloop.epoll;

import java.util.Set;

/**
 * Where the fields of {@code struct epoll_event} lie: packed on x86-64, so that 32-bit programs
 * share it, and naturally aligned elsewhere (linux/eventpoll.h, EPOLL_PACKED).
 *
 * @param size of the struct in bytes
 * @param data offset of the 64 bits that come back with an event; the 32 event bits are at 0
 */
record EpollEventLayout(int size, int data) {
    private static final EpollEventLayout PACKED = new EpollEventLayout(12, 4);
    private static final EpollEventLayout ALIGNED = new EpollEventLayout(16, 8);

    /** As {@code os.arch} spells it on the systems that have the packed one. */
    private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

    static EpollEventLayout ofThisMachine() {
        return of(System.getProperty("os.arch"));
    }

    static EpollEventLayout of(String architecture) {
        return X86_64.contains(architecture) ? PACKED : ALIGNED;
    }
}
