package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated kqueue follows kqueue(2) of FreeBSD, and sys/kern/kern_event.c. */
@Tag("fast")
final class KqueueIsThatOfFreeBsdTest extends KernelCase {
    private static final short READ = -1;
    private static final short WRITE = -2;
    private static final short USER = -11;
    private static final int ADD = 1;
    private static final int DELETE = 2;
    private static final int ENABLE = 4;
    private static final int CLEAR = 0x20;
    private static final int RECEIPT = 0x40;
    private static final int DISPATCH = 0x80;
    private static final int ERROR = 0x4000;
    private static final int EOF = 0x8000;
    private static final int TRIGGER = 0x0100_0000;

    private int size;
    private int kqueue;

    private void begin(int keventSize) {
        use(KernelOptions.defaults().keventSize(keventSize));
        size = keventSize;
        kqueue = kernel.kqueue();
    }

    /** Applies one change; returns the errno of its receipt, or the result of the call. */
    private int change(int fd, short filter, int flags, int fflags) {
        ByteBuffer kevent = memory.buffer();
        kevent.putLong(0, fd).putShort(8, filter).putShort(10, (short) flags).putInt(12, fflags);
        kevent.putLong(16, 0).putLong(24, fd * 10L);
        int room = (flags & RECEIPT) == 0 ? 0 : 1;
        long address = memory.address();
        int result = kernel.kevent(kqueue, address, 1, address, room, 0);
        if (result == 1) {
            assertThat(flags(0)).isEqualTo(ERROR);
            return (int) kevent.getLong(16);
        }
        return result;
    }

    private int change(int fd, short filter, int flags) {
        return change(fd, filter, flags, 0);
    }

    /** Polls; returns the number of events, which are in {@code memory}. */
    private int poll() {
        memory.buffer().putLong(4000, 0).putLong(4008, 0);
        return kernel.kevent(kqueue, 0, 0, memory.address(), 16, memory.address() + 4000);
    }

    private int flags(int index) {
        return Short.toUnsignedInt(memory.buffer().getShort(index * size + 10));
    }

    private long data(int index) {
        return memory.buffer().getLong(index * size + 16);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void eachDirectionIsAnEventWithItsDataAndUdata(int keventSize) throws Exception {
        begin(keventSize);
        int[] pair = sockets.pair();
        assertThat(change(pair[0], READ, ADD)).isZero();
        assertThat(change(pair[0], WRITE, ADD)).isZero();
        send(pair[1], 7);
        assertThat(poll()).isEqualTo(2);
        assertThat(memory.buffer().getShort(8)).isEqualTo(WRITE);
        assertThat(memory.buffer().getShort(size + 8)).isEqualTo(READ);
        assertThat(data(1)).isEqualTo(7);
        assertThat(memory.buffer().getLong(size)).isEqualTo(pair[0]);
        assertThat(memory.buffer().getLong(size + 24)).isEqualTo(pair[0] * 10L);
        assertThat(poll()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void aReceiptTellsTheErrnoOfItsChange(int keventSize) throws Exception {
        begin(keventSize);
        int[] pair = sockets.pair();
        assertThat(change(pair[0], READ, ADD | RECEIPT)).isZero();
        assertThat(name(-change(pair[0], WRITE, DELETE | RECEIPT))).isEqualTo("ENOENT");
        assertThat(name(change(pair[0], WRITE, DELETE))).isEqualTo("ENOENT");
        assertThat(name(-change(99, READ, ADD | RECEIPT))).isEqualTo("EBADF");
        assertThat(name(-change(pair[0], (short) -99, ADD | RECEIPT))).isEqualTo("EINVAL");
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void clearIsOncePerChange(int keventSize) throws Exception {
        begin(keventSize);
        int[] pair = sockets.pair();
        change(pair[0], READ, ADD | CLEAR);
        send(pair[1], 1);
        assertThat(poll()).isEqualTo(1);
        assertThat(poll()).isZero();
        send(pair[1], 1);
        assertThat(poll()).isEqualTo(1);
        assertThat(data(0)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void dispatchIsOnceUntilEnabledAndASecondAddEnablesNothing(int keventSize) throws Exception {
        begin(keventSize);
        int[] pair = sockets.pair();
        change(pair[0], READ, ADD | DISPATCH);
        send(pair[1], 1);
        assertThat(poll()).isEqualTo(1);
        assertThat(poll()).isZero();
        change(pair[0], READ, ADD);
        assertThat(poll()).isZero();
        change(pair[0], READ, ENABLE);
        assertThat(poll()).isEqualTo(1);
        assertThat(poll()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void theEndOfTheStreamIsAnEventWithEofAndTheErrno(int keventSize) throws Exception {
        begin(keventSize);
        int[] connection = connection();
        change(connection[0], READ, ADD);
        sockets.shutdownWrite(connection[1]);
        assertThat(poll()).isEqualTo(1);
        assertThat(flags(0) & EOF).isNotZero();
        assertThat(memory.buffer().getInt(12)).isZero();
        int[] other = connection();
        change(other[0], READ, ADD);
        sockets.reset(other[1]);
        assertThat(poll()).isEqualTo(2);
        assertThat(name(-memory.buffer().getInt(size + 12))).isEqualTo("ECONNRESET");
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void closingADescriptorDeletesItsEventsThoughADuplicateLivesOn(int keventSize)
            throws Exception {
        begin(keventSize);
        int[] pair = sockets.pair();
        kernel.dup(pair[0]);
        change(pair[0], READ, ADD);
        send(pair[1], 1);
        sockets.close(pair[0]);
        assertThat(poll()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {32, 64})
    void aUserEventIsTriggeredAndCleared(int keventSize) {
        begin(keventSize);
        change(0, USER, ADD | CLEAR);
        assertThat(poll()).isZero();
        change(0, USER, 0, TRIGGER);
        change(0, USER, 0, TRIGGER);
        assertThat(poll()).isEqualTo(1);
        assertThat(poll()).isZero();
    }
}
