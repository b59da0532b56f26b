package dev.eventloop.testkit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.eventloop.net.Sockets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
final class FdsAreNumberedAsByPosixTest extends KernelCase {
    @Test
    void aNewFdGetsTheLowestFreeNumber() throws Exception {
        use(KernelOptions.defaults());
        int[] one = sockets.pair();
        int[] two = sockets.pair();
        assertThat(new int[] {one[0], one[1], two[0], two[1]}).containsExactly(3, 4, 5, 6);
        sockets.close(two[0]);
        sockets.close(one[1]);
        assertThat(sockets.pipe()).containsExactly(4, 5);
        assertThat(kernel.dup(6)).isEqualTo(7);
        assertThat(kernel.openFiles()).isEqualTo(5);
    }

    @Test
    void atTheLimitNothingMoreIsOpened() throws Exception {
        use(KernelOptions.defaults().openFileLimit(5));
        int[] pair = sockets.pair();
        assertThatThrownBy(() -> sockets.pair()).hasMessageContaining("EMFILE");
        sockets.close(pair[0]);
        assertThatThrownBy(() -> sockets.pipe()).hasMessageContaining("EMFILE");
        assertThat(name(kernel.epollCreate())).isEqualTo("3");
        assertThat(name(kernel.kqueue())).isEqualTo("EMFILE");
        assertThat(kernel.openFiles()).isEqualTo(2);
    }

    @Test
    void aConnectionThatCannotBeAcceptedForWantOfAnFdWaitsOn() throws Exception {
        use(KernelOptions.defaults().openFileLimit(5));
        int listener = listener(8);
        int client = connect(listener);
        assertThat(name(sockets.accept(listener))).isEqualTo("EMFILE");
        assertThat(bits(listener)).isEqualTo(PollBits.IN);
        sockets.close(client);
        int accepted = sockets.accept(listener);
        assertThat(accepted).isEqualTo(client);
        assertThat(receive(accepted, 1)).isZero();
    }

    @Test
    void processesHaveFdsOfTheirOwnOnOneNetwork() throws Exception {
        use(KernelOptions.defaults());
        SimulatedKernel other = kernel.anotherProcess();
        int listener = listener(8);
        Sockets theirs = new Sockets(other);
        int client = theirs.connect(sockets.localAddress(listener));
        assertThat(client).isEqualTo(listener);
        assertThat(sockets.accept(listener)).isEqualTo(listener + 1);
        assertThat(other.openFiles()).isEqualTo(1);
        assertThat(kernel.openFiles()).isEqualTo(2);
    }

    @Test
    void aDuplicateKeepsTheFileOpen() throws Exception {
        use(KernelOptions.defaults());
        int[] pair = sockets.pair();
        int duplicate = kernel.dup(pair[0]);
        sockets.close(pair[0]);
        assertThat(name(receive(pair[1], 1))).isEqualTo("EAGAIN");
        assertThat(name(send(pair[0], 1))).isEqualTo("EBADF");
        assertThat(kernel.dup2(pair[1], duplicate)).isEqualTo(duplicate);
        assertThat(receive(pair[1], 1)).isZero();
    }
}
