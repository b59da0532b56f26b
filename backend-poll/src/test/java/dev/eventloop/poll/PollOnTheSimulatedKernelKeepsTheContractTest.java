package dev.eventloop.poll;

import dev.eventloop.ErrnoException;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.SimulatedKernelContract;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import org.junit.jupiter.api.Tag;

/** Runs the contract over the poll of the simulated kernel. */
@Tag("simulation")
final class PollOnTheSimulatedKernelKeepsTheContractTest extends SimulatedKernelContract {
    PollOnTheSimulatedKernelKeepsTheContractTest() {
        super(KernelOptions.defaults());
    }

    @Override
    protected Poller newPoller(SimulatedKernel kernel, int maxEvents) throws ErrnoException {
        return new PollPoller(kernel, maxEvents);
    }
}
