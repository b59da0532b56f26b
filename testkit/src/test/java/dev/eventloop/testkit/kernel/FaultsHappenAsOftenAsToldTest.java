package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A fault with a frequency of 10,000 happens in every call. */
@Tag("fast")
final class FaultsHappenAsOftenAsToldTest extends KernelCase {
    private static Faults always(Fault fault) {
        return Faults.none().with(fault, Faults.OF);
    }

    @Test
    void interruptedWait() {
        use(with(always(Fault.INTERRUPTED_WAIT)));
        assertThat(name(kernel.poll(memory.address(), 0, MILLI))).isEqualTo("EINTR");
        assertThat(kernel.poll(memory.address(), 0, 0)).isZero();
    }

    @Test
    void interrupted() throws Exception {
        use(with(always(Fault.INTERRUPTED)));
        int[] pair = sockets.pair();
        assertThat(name(send(pair[0], 1))).isEqualTo("EINTR");
        int listener = listener(8);
        connect(listener); // the connect goes on: connect(2), EINTR
        assertThat(name(sockets.accept(listener))).isEqualTo("EINTR");
    }

    @Test
    void again() throws Exception {
        use(with(always(Fault.AGAIN)));
        int[] pair = sockets.pair();
        assertThat(name(send(pair[0], 1))).isEqualTo("EAGAIN");
        assertThat(bits(pair[0]) & PollBits.OUT).isNotZero();
    }

    @Test
    void shortTransfer() throws Exception {
        use(with(always(Fault.SHORT_TRANSFER)));
        int[] pair = sockets.pair();
        int sent = 0;
        for (int i = 0; i < 20; i++) {
            int count = send(pair[0], 1_000);
            assertThat(count).isBetween(1, 1_000);
            sent += count;
        }
        assertThat(sent).isBetween(1_000, 19_000);
    }

    @Test
    void reset() throws Exception {
        use(with(always(Fault.RESET)));
        int[] connection = connection();
        assertThat(name(send(connection[0], 1))).isEqualTo("ECONNRESET");
        assertThat(name(receive(connection[1], 1))).isEqualTo("ECONNRESET");
    }

    @Test
    void aborted() throws Exception {
        use(with(always(Fault.ABORTED)));
        int listener = listener(8);
        int client = connect(listener);
        assertThat(name(sockets.accept(listener))).isEqualTo("ECONNABORTED");
        assertThat(name(sockets.accept(listener))).isEqualTo("EAGAIN");
        assertThat(name(receive(client, 1))).isEqualTo("ECONNRESET");
    }

    @Test
    void refused() throws Exception {
        use(with(always(Fault.REFUSED)));
        int listener = listener(8);
        assertThatThrownBy(() -> connect(listener)).hasMessageContaining("ECONNREFUSED");
    }

    @Test
    void outOfFiles() {
        use(with(always(Fault.OUT_OF_FILES)));
        assertThatThrownBy(() -> listener(8)).hasMessageContaining("EMFILE");
    }

    @Test
    void outOfBuffers() {
        use(with(always(Fault.OUT_OF_BUFFERS)));
        assertThatThrownBy(() -> listener(8)).hasMessageContaining("ENOBUFS");
    }

    @Test
    void spurious() throws Exception {
        use(with(always(Fault.SPURIOUS)));
        int[] pair = sockets.pair();
        assertThat(poll(pair[0], PollBits.IN, 0)).isEqualTo(PollBits.IN);
        assertThat(name(receive(pair[0], 1))).isEqualTo("EAGAIN");
    }

    @Test
    void shuffled() throws Exception {
        List<Long> inOrder = readyOrder(Faults.none());
        assertThat(inOrder).isSorted();
        assertThat(readyOrder(always(Fault.SHUFFLED)))
                .containsExactlyInAnyOrderElementsOf(inOrder)
                .isNotEqualTo(inOrder);
    }

    private List<Long> readyOrder(Faults faults) throws Exception {
        use(with(faults));
        int epoll = kernel.epollCreate();
        int size = KernelOptions.defaults().epollEventSize();
        for (int i = 0; i < 20; i++) {
            int[] pair = sockets.pair();
            memory.buffer().putInt(0, PollBits.OUT);
            memory.buffer().putLong(size - Long.BYTES, i);
            assertThat(kernel.epollCtl(epoll, Epoll.ADD, pair[0], memory.address())).isZero();
        }
        int count = kernel.epollWait(epoll, memory.address(), 100, 0);
        List<Long> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(memory.buffer().getLong(i * size + size - Long.BYTES));
        }
        assertThat(order).hasSize(20);
        return order;
    }

    @Test
    void lost() throws Exception {
        use(with(always(Fault.LOST)));
        int server = sockets.bindDatagram(ANY_PORT);
        int client = sockets.connectDatagram(sockets.localAddress(server));
        assertThat(send(client, 10)).isEqualTo(10);
        assertThat(name(receive(server, 10))).isEqualTo("EAGAIN");
        assertThat(kernel.count(Fault.LOST)).isEqualTo(1);
    }
}
