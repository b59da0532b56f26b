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
 * Answers questions, a line each, one after the other: what is short at once, what must be searched
 * for as fast as who asked reads. Runs on the first of the loops that read lines, which it costs a
 * moment; the searching is the {@link Librarian}'s.
 */
final class QueryServer {
    /** Each has room for an answer, so that there cannot be any number. */
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
     * @throws ErrnoException the address is in use, or not to be had
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

    /** On the loop's thread. */
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

    /** Until the librarian, who may have a step under way, has told its loop. */
    void awaitEnd() throws InterruptedException {
        librarian.awaitEnd();
    }

    private void welcome(int fd) {
        if (askers.size() == MOST_ASKERS) {
            acceptor.refuse(fd, "there are " + MOST_ASKERS + " who ask already; try later");
            return;
        }
        Asker asker = new Asker(this, fd, Events.READ);
        try {
            sockets.keepAlive(fd, true);
            loop.add(fd, Events.READ, QueryServer::onReady, asker);
            askers.add(asker);
        } catch (ErrnoException e) {
            sockets.close(fd); // as in Clients
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

    /** Answers the next command that is there. */
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

    /** All that there was to write is written. */
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

    /** The librarian has filled the answer. On the loop's thread. */
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
