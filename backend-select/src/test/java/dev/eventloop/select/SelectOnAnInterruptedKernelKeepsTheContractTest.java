package dev.eventloop.select;

import dev.eventloop.ErrnoException;
import dev.eventloop.spi.Poller;
import dev.eventloop.testkit.SimulatedKernelContract;
import dev.eventloop.testkit.kernel.Fault;
import dev.eventloop.testkit.kernel.Faults;
import dev.eventloop.testkit.kernel.KernelOptions;
import dev.eventloop.testkit.kernel.SimulatedKernel;
import org.junit.jupiter.api.Tag;

/** Runs the contract over the select of a simulated kernel whose waits often fail with EINTR. */
@Tag("simulation")
final class SelectOnAnInterruptedKernelKeepsTheContractTest extends SimulatedKernelContract {
    SelectOnAnInterruptedKernelKeepsTheContractTest() {
        super(KernelOptions.defaults().faults(Faults.none().with(Fault.INTERRUPTED_WAIT, 3_000)));
    }

    @Override
    protected Poller newPoller(SimulatedKernel kernel, int maxEvents) throws ErrnoException {
        return new SelectPoller(kernel, maxEvents);
    }
}
