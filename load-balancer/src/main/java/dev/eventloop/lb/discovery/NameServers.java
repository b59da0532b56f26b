package dev.eventloop.lb.discovery;

import dev.eventloop.lb.Names;
import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.lookup.LookupSession;
import org.xbill.DNS.lookup.NoSuchDomainException;
import org.xbill.DNS.lookup.NoSuchRRSetException;

/**
 * Queries one server after the other until one answers, for at most two rounds; the next query
 * starts with the server that answered. Blocks the calling thread.
 */
final class NameServers implements Closeable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int ROUNDS = 2;

    private final Supplier<Environment> source;
    private final Exchange exchange = new Exchange();
    private Environment environment;
    private int preferred;

    NameServers(Supplier<Environment> source) {
        this.source = source;
    }

    /**
     * The answer of a server.
     *
     * @param records empty if there is no such name, or no record of this type
     * @param additional the additional section
     */
    record Answer(List<Record> records, List<Record> additional) {}

    /** Reads the configuration; all queries until the next call share this time limit. */
    void begin(Duration time) {
        environment = source.get();
        exchange.deadline(System.nanoTime() + time.toNanos());
    }

    /** The hosts file to read before querying; null for none. */
    Path hosts() {
        return environment.hosts();
    }

    /**
     * Queries the servers.
     *
     * @throws IOException if no server answered; the message says which server failed last, and how
     */
    Answer ask(Name name, int type) throws IOException {
        List<InetSocketAddress> servers = environment.servers();
        IOException failure = new IOException("the time for DNS queries is over");
        for (int i = 0; i < ROUNDS * servers.size() && !exchange.isOver(); i++) {
            InetSocketAddress server = servers.get(preferred % servers.size());
            try {
                return ask(server, name, type);
            } catch (CompletionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof NoSuchDomainException
                        || cause instanceof NoSuchRRSetException) {
                    return new Answer(List.of(), List.of());
                }
                failure = new IOException("the DNS server " + text(server) + why(cause), cause);
                preferred = (preferred + 1) % servers.size();
            }
        }
        throw failure;
    }

    private Answer ask(InetSocketAddress server, Name name, int type) {
        List<Record> additional = new ArrayList<>();
        SimpleResolver resolver = new KeepingAdditional(server, additional);
        resolver.setTimeout(TIMEOUT);
        resolver.setIoClientFactory(exchange);
        LookupSession session =
                LookupSession.builder()
                        .resolver(resolver)
                        .searchPath(environment.search())
                        .ndots(environment.ndots())
                        .executor(Runnable::run)
                        .build();
        List<Record> records =
                session.lookupAsync(name, type).toCompletableFuture().join().getRecords();
        return new Answer(
                records.stream().filter(record -> record.getType() == type).toList(), additional);
    }

    /** A resolver that keeps the additional section, which a {@link LookupSession} drops. */
    private static final class KeepingAdditional extends SimpleResolver {
        private final List<Record> additional;

        KeepingAdditional(InetSocketAddress server, List<Record> additional) {
            super(server);
            this.additional = additional;
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            return super.sendAsync(query, executor)
                    .thenApply(
                            answer -> {
                                additional.addAll(answer.getSection(Section.ADDITIONAL));
                                return answer;
                            });
        }
    }

    /** The address and port of the server, without a host name. */
    private static String text(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress();
        return Names.of(new InetSocketAddress(address, server.getPort()));
    }

    private static String why(Throwable cause) {
        if (cause instanceof SocketTimeoutException) {
            return " does not answer";
        }
        if (cause instanceof PortUnreachableException || cause instanceof ConnectException) {
            return " is not running: nothing listens on its port";
        }
        return " failed: " + cause.getMessage();
    }

    /** {@code "A records of app.internal"}. */
    static String describe(Name name, int type) {
        return Type.string(type) + " records of " + name;
    }

    @Override
    public void close() throws IOException {
        exchange.close();
    }
}
