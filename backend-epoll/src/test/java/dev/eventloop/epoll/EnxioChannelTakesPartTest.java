package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.LibC;
import dev.eventloop.libc.LinuxLibC;
import dev.eventloop.net.EnxioChannels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.enxio.channels.NativeSocketChannel;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A channel of jnr-enxio in a loop gets callbacks, reads and writes. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Tag("fast")
final class EnxioChannelTakesPartTest extends EpollCase {
    @Test
    void inALoopWithOtherFds() throws Exception {
        EventLoop loop = loopOver((LinuxLibC) LibC.system());
        int[] pair = fds.sockets().pair();
        fds.own(pair[1]);
        List<String> heard = new ArrayList<>();
        try (NativeSocketChannel channel = new NativeSocketChannel(pair[0])) {
            EnxioChannels.add(
                    loop,
                    channel,
                    Events.READ,
                    (int fd, int events, NativeSocketChannel own) -> {
                        assertThat(fd).isEqualTo(own.getFD());
                        ByteBuffer buffer = ByteBuffer.allocate(16);
                        own.read(buffer);
                        heard.add(StandardCharsets.US_ASCII.decode(buffer.flip()).toString());
                        own.write(ByteBuffer.wrap("pong".getBytes(StandardCharsets.US_ASCII)));
                    },
                    channel);
            assertNeverEarly(loop, 5);
            fds.send(pair[1], "ping");
            assertThat(loop.run(LONG_MILLIS)).isEqualTo(1);
            assertThat(heard).containsExactly("ping");
            assertThat(fds.receive(pair[1])).isEqualTo("pong");
            loop.del(channel.getFD());
        }
        assertThat(fds.receive(pair[1])).as("the channel closed its fd").isEmpty();
    }
}
