package dev.eventloop.kqueue;

import dev.eventloop.libc.KeventLayout;

/** Runs the contract over the simulated kqueue with the struct kevent of FreeBSD 12 and later. */
final class KqueueOfFreeBsdOnTheSimulatedKernelKeepsTheContractTest
        extends SimulatedKqueueContract {
    KqueueOfFreeBsdOnTheSimulatedKernelKeepsTheContractTest() {
        super(KeventLayout.FREEBSD);
    }
}
