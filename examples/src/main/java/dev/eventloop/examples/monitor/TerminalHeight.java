package dev.eventloop.examples.monitor;

import dev.eventloop.EventLoop;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;

/** The terminal's number of lines, from stty, which runs outside the loop now and then. */
final class TerminalHeight implements IntSupplier {
    private static final int USUAL = 24;
    private static final int DRAWS_BETWEEN = 5;

    private final EventLoop loop;
    private int rows = USUAL;
    private int draws;

    TerminalHeight(EventLoop loop) {
        this.loop = loop;
    }

    /** Returns the last known number, and starts a query for a later call. */
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
            // there is no stty: keep the last number
        }
    }

    /** Runs on a thread of the JDK. */
    private void read(Process stty) {
        try {
            String text =
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (text.strip().matches("[1-9][0-9]{0,3} [0-9]+")) {
                int answer = Integer.parseInt(text.substring(0, text.indexOf(' ')));
                loop.execute(() -> rows = answer);
            }
        } catch (IOException | IllegalStateException e) {
            // stty exited early, or the loop is closed
        }
    }
}
