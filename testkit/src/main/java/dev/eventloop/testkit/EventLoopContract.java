package dev.eventloop.testkit;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import org.junit.jupiter.api.Nested;

/**
 * The contract that every backend keeps. A subclass creates the loops, and inherits the tests:
 *
 * <pre>{@code
 * final class EpollKeepsTheContractTest extends EventLoopContract {
 *     @Override
 *     protected EventLoop newLoop(EventLoopOptions options) {
 *         return EventLoop.create(options.backend("epoll"));
 *     }
 * }
 * }</pre>
 *
 * <p>{@link #machine} lets a backend run over another kernel than this machine's.
 *
 * <p>Tests of an optional modifier are skipped if {@link EventLoop#capabilities} lacks it; other
 * tests check that the loop then refuses it.
 */
public abstract class EventLoopContract {
    /**
     * Creates a loop over the backend under test, with these options except the name of the
     * backend.
     */
    protected abstract EventLoop newLoop(EventLoopOptions options) throws ErrnoException;

    /**
     * The kernel of the loops and of all fds in the tests. Its waits must take real time, and other
     * threads must be able to end them.
     */
    protected Machine machine() {
        return Machine.real();
    }

    @Nested
    final class Registration extends RegistrationContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Misuse extends MisuseContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Words extends WordsContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Abandoned extends AbandonedContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class OddFiles extends OddFilesContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Delivery extends DeliveryContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class BatchInterests extends BatchInterestContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Fairness extends FairnessContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Batch extends BatchContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Trigger extends TriggerContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class HangUp extends HangUpContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class ReadHup extends ReadHupContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Reset extends ResetContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Duplicate extends DuplicateContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Traffic extends TrafficContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Datagrams extends DatagramContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Addresses extends AddressContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Running extends RunningContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Signal extends SignalContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Scarcity extends ScarcityContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Failure extends FailureContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Timers extends TimerContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Clock extends ClockContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Threads extends ThreadContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Wakeups extends WakeupContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Tasks extends TaskContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class ManyLoops extends ManyLoopsContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class Driven extends DrivenContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }

    @Nested
    final class LifeCycle extends LifeCycleContract {
        @Override
        EventLoopContract contract() {
            return EventLoopContract.this;
        }
    }
}
