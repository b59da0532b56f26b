package dev.eventloop.lb.product;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Starts a program that needs a port number. The port is below the ephemeral range, so that the
 * system does not assign it to another socket; if it is taken anyway, the program is started again
 * with another port.
 */
final class Listening {
    private static final int ATTEMPTS = 5;
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private Listening() {}

    /** Starts a program that will listen on this port. */
    interface Start {
        Program start(int port) throws Exception;
    }

    record Result(Program program, int port) {}

    /**
     * Starts the program and waits until it listens.
     *
     * @param ready a unix-domain socket that accepts once the program listens everywhere
     */
    static Result start(Start start, Path ready) throws Exception {
        for (int attempt = 1; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (!isFree(port)) {
                continue;
            }
            Program program = start.start(port);
            Await.until(
                    "the program listens or has ended", () -> !program.isAlive() || accepts(ready));
            if (program.isAlive()) {
                return new Result(program, port);
            }
            if (attempt == ATTEMPTS) {
                throw new AssertionError("the program does not start: " + program);
            }
            program.close();
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean accepts(Path ready) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(ready));
        } catch (IOException e) {
            return false;
        }
    }
}
