package dev.eventloop.kqueue;

import dev.eventloop.libc.KeventLayout;
import org.junit.jupiter.api.Tag;

/** Runs the contract over the simulated kqueue with the struct kevent of macOS. */
@Tag("simulation")
final class KqueueOnTheSimulatedKernelKeepsTheContractTest extends SimulatedKqueueContract {
    KqueueOnTheSimulatedKernelKeepsTheContractTest() {
        super(KeventLayout.MACOS);
    }
}
