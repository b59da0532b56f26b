package dev.eventloop.examples.monitor;

import dev.eventloop.EventLoop;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/** How many lines the terminal has: stty knows, and is asked now and then, beside the loop. */
final class TerminalHeight implements IntSupplier {
    private static final int USUAL = 24;
    private static final int DRAWS_BETWEEN = 5;

    private final EventLoop loop;
    private int rows = USUAL;
    private int draws;

    TerminalHeight(EventLoop loop) {
        this.loop = loop;
    }

    /** As far as is known; the answer to the question that this asks comes later. */
    @Override
    public int getAsInt() {
        if (draws++ % DRAWS_BETWEEN == 0) {
            ask();
        }
        return rows;
    }

    private void ask() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            CompletableFuture<Void> ignored = stty.onExit().thenAccept(this::read);
        } catch (IOException e) {
            // there is no stty: it stays as it is
        }
    }

    /** On a thread of the JDK's. */
    private void read(Process stty) {
        try {
            String text =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (text.strip().matches("[1-9][0-9]{0,3} [0-9]+")) {
                int answer = Integer.parseInt(text.substring(0, text.indexOf(' ')));
                loop.execute(() -> rows = answer);
            }
        } catch (IOException | IllegalStateException e) {
            // it ended too soon, or the loop has
        }
    }
}
