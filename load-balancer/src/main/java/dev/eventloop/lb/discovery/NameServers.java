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
 * Asks one server after the other until one answers, twice around, and begins the next time with
 * the one that did. Blocks.
 */
final class NameServers implements Closeable {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int ROUNDS = 2;

    private final Supplier<Surroundings> source;
    private final Exchange exchange = new Exchange();
    private Surroundings surroundings;
    private int preferred;

    NameServers(Supplier<Surroundings> source) {
        this.source = source;
    }

    /**
     * What a server said.
     *
     * @param records none where there is no such name, or nothing of this type
     * @param additional what it thought would be asked next
     */
    record Said(List<Record> records, List<Record> additional) {}

    /** What follows has this long, all together. */
    void begin(Duration time) {
        surroundings = source.get();
        exchange.deadline(System.nanoTime() + time.toNanos());
    }

    /** The file to look into before anybody is asked; null for none. */
    Path hosts() {
        return surroundings.hosts();
    }

    /**
     * Asks.
     *
     * @throws IOException with a clause that says who failed, and how, if nobody answered
     */
    Said ask(Name name, int type) throws IOException {
        List<InetSocketAddress> servers = surroundings.servers();
        IOException failure = new IOException("there was no time left to ask");
        for (int i = 0; i < ROUNDS * servers.size() && !exchange.isOver(); i++) {
            InetSocketAddress server = servers.get(preferred % servers.size());
            try {
                return ask(server, name, type);
            } catch (CompletionException e) {
                Throwable cause = e.getCause();
                if (cause instanceof NoSuchDomainException
                        || cause instanceof NoSuchRRSetException) {
                    return new Said(List.of(), List.of());
                }
                failure = new IOException("the DNS server " + text(server) + why(cause), cause);
                preferred = (preferred + 1) % servers.size();
            }
        }
        throw failure;
    }

    private Said ask(InetSocketAddress server, Name name, int type) {
        List<Record> additional = new ArrayList<>();
        SimpleResolver resolver = new Listening(server, additional);
        resolver.setTimeout(TIMEOUT);
        resolver.setIoClientFactory(exchange);
        LookupSession session =
                LookupSession.builder()
                        .resolver(resolver)
                        .searchPath(surroundings.search())
                        .ndots(surroundings.ndots())
                        .executor(Runnable::run)
                        .build();
        List<Record> records =
                session.lookupAsync(name, type).toCompletableFuture().join().getRecords();
        return new Said(
                records.stream().filter(record -> record.getType() == type).toList(), additional);
    }

    /** A resolver that keeps what comes beside the answer, which a look-up drops. */
    private static final class Listening extends SimpleResolver {
        private final List<Record> additional;

        Listening(InetSocketAddress server, List<Record> additional) {
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

    /** Its address, where it may have been given a name as well. */
    private static String text(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress();
        return Names.of(new InetSocketAddress(address, server.getPort()));
    }

    private static String why(Throwable cause) {
        if (cause instanceof SocketTimeoutException) {
            return " does not answer";
        }
        if (cause instanceof PortUnreachableException || cause instanceof ConnectException) {
            return " is not there: nothing listens on its port";
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
