package dev.eventloop.kqueue;

import dev.eventloop.libc.KeventLayout;

/** The contract on the kqueue of the simulated kernel, with the struct kevent of macOS. */
final class KqueueOnTheSimulatedKernelKeepsTheContractTest extends SimulatedKqueueContract {
    KqueueOnTheSimulatedKernelKeepsTheContractTest() {
        super(KeventLayout.MACOS);
    }
}
