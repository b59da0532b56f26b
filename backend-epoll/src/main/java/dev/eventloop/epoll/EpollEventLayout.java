package dev.eventloop.epoll;

import java.util.Set;

/**
 * The layout of {@code struct epoll_event}: packed on x86-64, to match that of 32-bit programs, and
 * naturally aligned elsewhere (linux/eventpoll.h, EPOLL_PACKED).
 *
 * @param size of the struct in bytes
 * @param data offset of the 64-bit {@code data}; the 32-bit {@code events} is at offset 0
 */
record EpollEventLayout(int size, int data) {
    private static final EpollEventLayout PACKED = new EpollEventLayout(12, 4);
    private static final EpollEventLayout ALIGNED = new EpollEventLayout(16, 8);

    /** The values of {@code os.arch} with the packed layout. */
    private static final Set<String> X86_64 = Set.of("amd64", "x86_64");

    static EpollEventLayout ofThisMachine() {
        return of(System.getProperty("os.arch"));
    }

    static EpollEventLayout of(String architecture) {
        return X86_64.contains(architecture) ? PACKED : ALIGNED;
    }
}
