package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventCallback;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Traffic in both directions over many connections, with frequently changing interests. */
abstract class TrafficContract extends ContractCase {
    private static final int BYTES = 1 << 16;
    private static final int CONNECTIONS = 8;

    @Test
    void everyByteArrivesOnceInBothDirections() throws Exception {
        exchange(true, 20261121);
    }

    @Test
    void everyByteArrivesOnceInOneDirection() throws Exception {
        exchange(false, 4711);
    }

    private void exchange(boolean duplex, long seed) throws Exception {
        Random random = new Random(seed);
        List<Party> parties = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            int[] tcp = fds.connection();
            sockets.sendBufferSize(tcp[0], 4096); // so that writes meet EAGAIN
            sockets.sendBufferSize(tcp[1], 4096);
            sockets.noDelay(tcp[0], true);
            sockets.noDelay(tcp[1], true);
            parties.add(new Party(tcp[0], BYTES, duplex ? BYTES : 0, random));
            parties.add(new Party(tcp[1], duplex ? BYTES : 0, BYTES, random));
        }
        for (Party party : parties) {
            loop.add(party.fd, party.interest, party, null);
        }
        runUntil(
                () -> {
                    parties.forEach(Party::resume);
                    return parties.stream().allMatch(party -> party.ended == 1);
                });
        assertSilent();
        for (Party party : parties) {
            assertThat(party.sent).isEqualTo(party.toSend);
            assertThat(party.received).isEqualTo(party.toReceive);
            assertThat(party.uncalled).isEmpty();
            assertThat(party.ended).isEqualTo(1);
        }
    }

    /** One end of a connection: sends numbered bytes, checks received ones, pauses at random. */
    private final class Party implements EventCallback<Object> {
        private final int fd;
        private final int toSend;
        private final int toReceive;
        private final Random random;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(1024);
        private final List<String> uncalled = new ArrayList<>();
        private int interest = Events.READ | Events.WRITE;
        private int sent;
        private int received;
        private int ended;
        private boolean finished;

        Party(int fd, int toSend, int toReceive, Random random) {
            this.fd = fd;
            this.toSend = toSend;
            this.toReceive = toReceive;
            this.random = random;
        }

        @Override
        public void onEvent(int fd, int events, Object attachment) throws IOException {
            if ((events & (Events.READ | Events.WRITE) & ~interest) != 0 || interest == 0) {
                uncalled.add(text(events) + " for " + text(interest));
            }
            if (hasAny(events, Events.READ)) {
                receive();
            }
            if (hasAny(events, Events.WRITE) && !finished) {
                send();
            }
            if (ended > 0 && finished) {
                loop.del(fd);
                fds.close(fd);
                interest = -1;
            } else {
                change(random.nextInt(4));
            }
        }

        /** Ends a pause at random: two ends that only read would deadlock. */
        void resume() {
            try {
                if (interest >= 0 && random.nextInt(4) == 0) {
                    change(3);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return "fd "
                    + fd
                    + ": sent "
                    + sent
                    + " received "
                    + received
                    + " ends "
                    + ended
                    + " interest "
                    + interest;
        }

        private void change(int wish) throws IOException {
            int useful = (ended > 0 ? 0 : Events.READ) | (finished ? 0 : Events.WRITE);
            interest = wish & useful;
            loop.mod(fd, interest);
        }

        private void receive() {
            int count = sockets.read(fd, buffer.clear().limit(1 + random.nextInt(1024)));
            for (int i = 0; i < count; i++) {
                assertThat(buffer.get(i)).isEqualTo((byte) (received + i));
            }
            if (count == 0) {
                ended++;
            } else if (count > 0) {
                received += count;
            } else {
                assertThat(count).isEqualTo(-Errno.EAGAIN);
            }
        }

        private void send() {
            buffer.clear().limit(Math.min(1 + random.nextInt(1024), toSend - sent));
            for (int i = 0; i < buffer.limit(); i++) {
                buffer.put(i, (byte) (sent + i));
            }
            int count = buffer.hasRemaining() ? sockets.write(fd, buffer) : 0;
            if (count < 0) {
                assertThat(count).isEqualTo(-Errno.EAGAIN);
            }
            sent += Math.max(0, count);
            if (sent == toSend) {
                finished = true;
                sockets.shutdownWrite(fd);
            }
        }
    }
}
