package dev.eventloop.examples.logcollector;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.Events;
import dev.eventloop.libc.Errno;
import dev.eventloop.net.ListenOptions;
import dev.eventloop.net.Sockets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Answers queries, one line each, one after the other: short answers at once, searches as fast as
 * the client reads. Runs on the first of the loops that read lines, which it hardly delays, because
 * the {@link Librarian} does the searching.
 */
final class QueryServer {
    /** The most query clients, since each has an answer buffer. */
    private static final int MOST_ASKERS = 32;

    private static final String HELP =
            """
            STATS                   how this collector does
            COUNT                   how many lines can be asked for
            RECENT n                the newest n of them
            SEARCH keyword          those that contain this (case matters)
            RANGE from to [keyword] those of a time: now, -30s, -5m, -2h, 2026-11-21T10:00:00Z
            QUIT                    closes
            END
            """;

    private final EventLoop loop;
    private final Sockets sockets = Sockets.system();
    private final Ring ring;
    private final Supplier<String> stats;
    private final Librarian librarian;
    private final Acceptor acceptor;
    private final Set<Asker> askers = new HashSet<>();

    /**
     * @throws ErrnoException if the address is in use or not available
     */
    QueryServer(
            EventLoop loop,
            InetSocketAddress address,
            Ring ring,
            Supplier<String> stats,
            Consumer<String> warnings)
            throws ErrnoException {
        this.loop = loop;
        this.ring = ring;
        this.stats = stats;
        this.librarian = new Librarian(loop);
        this.acceptor =
                new Acceptor(
                        loop,
                        address,
                        ListenOptions.defaults().noDelay(true),
                        this::welcome,
                        warnings);
        librarian.start();
    }

    InetSocketAddress address() {
        return acceptor.address();
    }

    /** Stops, on the loop's thread. */
    void close() {
        try {
            librarian.stop();
            acceptor.close();
            for (Asker asker : List.copyOf(askers)) {
                close(asker);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the librarian, which may still have a step to report to its loop. */
    void awaitEnd() throws InterruptedException {
        librarian.awaitEnd();
    }

    private void welcome(int fd) {
        if (askers.size() == MOST_ASKERS) {
            acceptor.refuse(
                    fd, "the limit of " + MOST_ASKERS + " query clients is reached; try later");
            return;
        }
        Asker asker = new Asker(this, fd, Events.READ);
        try {
            sockets.keepAlive(fd, true);
            loop.add(fd, Events.READ, QueryServer::onReady, asker);
            askers.add(asker);
        } catch (ErrnoException e) {
            sockets.close(fd); // as Clients does
        }
    }

    private static void onReady(int fd, int events, Asker asker) throws IOException {
        if (asker.writing) {
            asker.server.write(asker);
        } else {
            asker.server.read(asker);
        }
    }

    private void read(Asker asker) throws IOException {
        int count = sockets.read(asker.fd, asker.commands);
        if (count > 0) {
            proceed(asker);
        } else if (count == 0) {
            asker.ended = true;
            asker.endCommand();
            proceed(asker);
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            close(asker);
        }
    }

    /** Answers the next complete command. */
    private void proceed(Asker asker) throws IOException {
        asker.answer.clear();
        while (asker.search == null && asker.answer.position() < asker.answer.capacity() / 2) {
            String command = asker.nextCommand();
            if (command == null) {
                break;
            }
            answer(asker, command);
        }
        if (asker.search == null && !asker.commands.hasRemaining()) {
            say(asker, "ERR a command has at most " + asker.commands.capacity() + " bytes\n");
            asker.ended = true;
            asker.commands.clear();
        }
        if (asker.answer.position() > 0) {
            asker.answer.flip();
            asker.writing = true;
            write(asker);
        } else {
            goOn(asker);
        }
    }

    private void answer(Asker asker, String line) {
        int space = line.indexOf(' ');
        String command = space < 0 ? line : line.substring(0, space);
        String arguments = space < 0 ? "" : line.substring(space + 1).strip();
        switch (command.toUpperCase(Locale.ROOT)) {
            case "" -> {}
            case "STATS" -> say(asker, stats.get());
            case "COUNT" -> say(asker, "COUNT " + ring.size() + "\n");
            case "HELP" -> say(asker, HELP);
            case "QUIT" -> {
                asker.ended = true;
                asker.commands.clear();
            }
            default -> {
                try {
                    long now = System.currentTimeMillis();
                    asker.search = new Search(ring, Question.parse(command, arguments, now));
                } catch (IllegalArgumentException e) {
                    say(asker, "ERR " + e.getMessage() + "\n");
                }
            }
        }
    }

    private static void say(Asker asker, String text) {
        asker.answer.put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(Asker asker) throws IOException {
        while (asker.answer.hasRemaining()) {
            int count = sockets.write(asker.fd, asker.answer);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                listen(asker, Events.WRITE);
                return;
            } else if (count < 0) {
                close(asker);
                return;
            }
        }
        asker.writing = false;
        goOn(asker);
    }

    /** Called when the whole answer buffer is written. */
    private void goOn(Asker asker) throws IOException {
        if (asker.search != null) {
            listen(asker, 0);
            asker.answer.clear();
            librarian.search(asker);
        } else if (asker.commands.position() > 0 && hasCommand(asker)) {
            proceed(asker);
        } else if (asker.ended) {
            close(asker);
        } else {
            listen(asker, Events.READ);
        }
    }

    private static boolean hasCommand(Asker asker) {
        for (int i = 0; i < asker.commands.position(); i++) {
            if (asker.commands.get(i) == '\n') {
                return true;
            }
        }
        return false;
    }

    /** Called on the loop's thread when the librarian has filled the answer. */
    void filled(Asker asker) {
        try {
            if (asker.closed) {
                return;
            }
            if (asker.found) {
                asker.search = null;
                asker.found = false;
            }
            asker.answer.flip();
            asker.writing = true;
            write(asker);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(Asker asker, int interest) throws ErrnoException {
        if (asker.interest != interest) {
            asker.interest = interest;
            loop.mod(asker.fd, interest);
        }
    }

    private void close(Asker asker) throws IOException {
        asker.closed = true;
        askers.remove(asker);
        loop.delBeforeClose(asker.fd);
        sockets.close(asker.fd);
    }
}
