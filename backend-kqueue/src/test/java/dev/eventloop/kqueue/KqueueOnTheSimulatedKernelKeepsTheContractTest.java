package dev.eventloop.kqueue;

import dev.eventloop.libc.KeventLayout;

/** Runs the contract over the simulated kqueue with the struct kevent of macOS. */
final class KqueueOnTheSimulatedKernelKeepsTheContractTest extends SimulatedKqueueContract {
    KqueueOnTheSimulatedKernelKeepsTheContractTest() {
        super(KeventLayout.MACOS);
    }
}
