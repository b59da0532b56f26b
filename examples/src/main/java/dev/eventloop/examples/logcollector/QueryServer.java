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
 * the {@link Searcher} does the searching.
 */
final class QueryServer {
    /** The most query clients, since each has an answer buffer. */
    private static final int MOST_CLIENTS = 32;

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
    private final Searcher searcher;
    private final Acceptor acceptor;
    private final Set<QueryClient> clients = new HashSet<>();

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
        this.searcher = new Searcher(loop);
        this.acceptor =
                new Acceptor(
                        loop,
                        address,
                        ListenOptions.defaults().noDelay(true),
                        this::welcome,
                        warnings);
        searcher.start();
    }

    InetSocketAddress address() {
        return acceptor.address();
    }

    /** Stops, on the loop's thread. */
    void close() {
        try {
            searcher.stop();
            acceptor.close();
            for (QueryClient client : List.copyOf(clients)) {
                close(client);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the searcher, which may still have a step to report to its loop. */
    void awaitEnd() throws InterruptedException {
        searcher.awaitEnd();
    }

    private void welcome(int fd) {
        if (clients.size() == MOST_CLIENTS) {
            acceptor.refuse(
                    fd, "the limit of " + MOST_CLIENTS + " query clients is reached; try later");
            return;
        }
        QueryClient client = new QueryClient(this, fd, Events.READ);
        try {
            sockets.keepAlive(fd, true);
            loop.add(fd, Events.READ, QueryServer::onReady, client);
            clients.add(client);
        } catch (ErrnoException e) {
            sockets.close(fd); // as Clients does
        }
    }

    private static void onReady(int fd, int events, QueryClient client) throws IOException {
        if (client.writing) {
            client.server.write(client);
        } else {
            client.server.read(client);
        }
    }

    private void read(QueryClient client) throws IOException {
        int count = sockets.read(client.fd, client.commands);
        if (count > 0) {
            proceed(client);
        } else if (count == 0) {
            client.ended = true;
            client.endCommand();
            proceed(client);
        } else if (count != -Errno.EAGAIN && count != -Errno.EINTR) {
            close(client);
        }
    }

    /** Answers the next complete command. */
    private void proceed(QueryClient client) throws IOException {
        client.answer.clear();
        while (client.search == null && client.answer.position() < client.answer.capacity() / 2) {
            String command = client.nextCommand();
            if (command == null) {
                break;
            }
            answer(client, command);
        }
        if (client.search == null && !client.commands.hasRemaining()) {
            say(client, "ERR a command has at most " + client.commands.capacity() + " bytes\n");
            client.ended = true;
            client.commands.clear();
        }
        if (client.answer.position() > 0) {
            client.answer.flip();
            client.writing = true;
            write(client);
        } else {
            goOn(client);
        }
    }

    private void answer(QueryClient client, String line) {
        int space = line.indexOf(' ');
        String command = space < 0 ? line : line.substring(0, space);
        String arguments = space < 0 ? "" : line.substring(space + 1).strip();
        switch (command.toUpperCase(Locale.ROOT)) {
            case "" -> {}
            case "STATS" -> say(client, stats.get());
            case "COUNT" -> say(client, "COUNT " + ring.size() + "\n");
            case "HELP" -> say(client, HELP);
            case "QUIT" -> {
                client.ended = true;
                client.commands.clear();
            }
            default -> {
                try {
                    long now = System.currentTimeMillis();
                    client.search = new Search(ring, Query.parse(command, arguments, now));
                } catch (IllegalArgumentException e) {
                    say(client, "ERR " + e.getMessage() + "\n");
                }
            }
        }
    }

    private static void say(QueryClient client, String text) {
        client.answer.put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void write(QueryClient client) throws IOException {
        while (client.answer.hasRemaining()) {
            int count = sockets.write(client.fd, client.answer);
            if (count == -Errno.EAGAIN || count == -Errno.EINTR) {
                listen(client, Events.WRITE);
                return;
            } else if (count < 0) {
                close(client);
                return;
            }
        }
        client.writing = false;
        goOn(client);
    }

    /** Called when the whole answer buffer is written. */
    private void goOn(QueryClient client) throws IOException {
        if (client.search != null) {
            listen(client, 0);
            client.answer.clear();
            searcher.search(client);
        } else if (client.commands.position() > 0 && hasCommand(client)) {
            proceed(client);
        } else if (client.ended) {
            close(client);
        } else {
            listen(client, Events.READ);
        }
    }

    private static boolean hasCommand(QueryClient client) {
        for (int i = 0; i < client.commands.position(); i++) {
            if (client.commands.get(i) == '\n') {
                return true;
            }
        }
        return false;
    }

    /** Called on the loop's thread when the searcher has filled the answer. */
    void filled(QueryClient client) {
        try {
            if (client.closed) {
                return;
            }
            if (client.found) {
                client.search = null;
                client.found = false;
            }
            client.answer.flip();
            client.writing = true;
            write(client);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen(QueryClient client, int interest) throws ErrnoException {
        if (client.interest != interest) {
            client.interest = interest;
            loop.mod(client.fd, interest);
        }
    }

    private void close(QueryClient client) throws IOException {
        client.closed = true;
        clients.remove(client);
        loop.delBeforeClose(client.fd);
        sockets.close(client.fd);
    }
}
