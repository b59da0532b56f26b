package dev.eventloop.kqueue;

import dev.eventloop.libc.KeventLayout;

/** The same with the struct kevent of FreeBSD 12 and later. */
final class KqueueOfFreeBsdOnTheSimulatedKernelKeepsTheContractTest
        extends SimulatedKqueueContract {
    KqueueOfFreeBsdOnTheSimulatedKernelKeepsTheContractTest() {
        super(KeventLayout.FREEBSD);
    }
}
