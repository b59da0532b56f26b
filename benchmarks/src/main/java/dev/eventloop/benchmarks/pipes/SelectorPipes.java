package dev.eventloop.benchmarks.pipes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Consumer;

/** Pipes on a {@link Selector} in its fastest form: no selected-key set, a direct buffer. */
final class SelectorPipes extends WatchedPipes {
    private final Selector selector = Selector.open();
    private final ByteBuffer octet = ByteBuffer.allocateDirect(1);
    private final Pipe[] pipes;
    private final Consumer<SelectionKey> action;

    SelectorPipes(int count, Ready ready) throws IOException {
        pipes = new Pipe[count];
        action =
                key -> {
                    try {
                        ready.onReady((Integer) key.attachment());
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                };
        for (int pipe = 0; pipe < count; pipe++) {
            pipes[pipe] = Pipe.open();
            pipes[pipe].source().configureBlocking(false);
            pipes[pipe].sink().configureBlocking(false);
            pipes[pipe].source().register(selector, SelectionKey.OP_READ, pipe);
        }
    }

    @Override
    public void put(int pipe) throws IOException {
        mustBeOne(pipes[pipe].sink().write(octet.clear()), pipe);
    }

    @Override
    public void take(int pipe) throws IOException {
        mustBeOne(pipes[pipe].source().read(octet.clear()), pipe);
    }

    @Override
    public void await() throws IOException {
        selector.select(action);
    }

    @Override
    public void poll() throws IOException {
        selector.selectNow(action);
    }

    @Override
    public void close() throws IOException {
        for (Pipe pipe : pipes) {
            pipe.source().close();
            pipe.sink().close();
        }
        selector.close();
    }
}
