package dev.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** No wake-up is lost, and a wait costs at most one signal. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("fast")
final class WakeupGateTest {
    private static final int ROUNDS = 100_000;

    private final MemoryPoller poller = new MemoryPoller("memory");
    private final WakeupGate gate = new WakeupGate(poller);

    @Test
    void manyWakeupsOfAWaitingLoopAreOneSignal() {
        assertThat(gate.beforeWait()).isTrue();
        for (int i = 0; i < 10; i++) {
            gate.wakeup();
            gate.interrupt();
        }
        assertThat(poller.wakeups).hasValue(1);
        assertThat(gate.afterWait()).isTrue();
    }

    @Test
    void aWakeupOfAnAwakeLoopCostsNoSignalAndIsRemembered() {
        gate.wakeup();
        gate.wakeup();
        assertThat(poller.wakeups).hasValue(0);
        assertThat(gate.beforeWait()).isFalse();
        assertThat(gate.afterWait()).isTrue();
        assertThat(gate.beforeWait()).as("the wake-up was consumed").isTrue();
        assertThat(gate.afterWait()).isFalse();
    }

    @Test
    void anInterruptOfAnAwakeLoopIsNothing() {
        gate.interrupt();
        assertThat(poller.wakeups).hasValue(0);
        assertThat(gate.beforeWait()).isTrue();
        assertThat(gate.afterWait()).isFalse();
    }

    @Test
    void anInterruptDoesNotTakeAWakeupAway() {
        gate.wakeup();
        gate.interrupt();
        assertThat(gate.beforeWait()).isFalse();
        assertThat(gate.afterWait()).isTrue();
    }

    @Test
    void aClosedGateSignalsNobody() {
        assertThat(gate.beforeWait()).isTrue();
        gate.close();
        gate.wakeup();
        assertThat(poller.wakeups).hasValue(0);
        assertThat(poller.closes).hasValue(1);
    }

    @Test
    void workThatIsMadeVisibleBeforeAnInterruptIsAlwaysFound() throws Exception {
        AtomicInteger work = new AtomicInteger();
        Thread producer =
                new Thread(
                        () -> {
                            for (int i = 0; i < ROUNDS; i++) {
                                work.incrementAndGet();
                                gate.interrupt();
                            }
                        });
        producer.start();
        int found = 0;
        while (found < ROUNDS) { // hangs if one is lost
            boolean mayWait = gate.beforeWait();
            poller.poll(mayWait && work.get() == 0 ? -1 : 0);
            gate.afterWait();
            found += work.getAndSet(0);
        }
        producer.join();
        assertThat(found).isEqualTo(ROUNDS);
    }

    @Test
    void aWakeupIsSeenByTheWaitInProgressOrTheNext() throws Exception {
        CyclicBarrier round = new CyclicBarrier(2);
        int rounds = ROUNDS / 20;
        Thread waker =
                new Thread(
                        () -> {
                            for (int i = 0; i < rounds; i++) {
                                awaitQuietly(round);
                                gate.wakeup();
                            }
                        });
        waker.start();
        int seen = 0;
        for (int i = 0; i < rounds; i++) {
            awaitQuietly(round);
            boolean woken = false;
            while (!woken) { // hangs if it is lost
                poller.poll(gate.beforeWait() ? -1 : 0);
                woken = gate.afterWait();
            }
            seen++;
        }
        waker.join();
        assertThat(seen).isEqualTo(rounds);
        assertThat(poller.wakeups.get()).isLessThanOrEqualTo(rounds);
    }

    private static void awaitQuietly(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
