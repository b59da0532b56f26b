package dev.eventloop.lb.discovery;

import dev.eventloop.lb.Names;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/**
 * Queries one server after the other until one gives an answer that can be believed, for at most
 * two rounds; the next query starts with the server that answered. Blocks the calling thread.
 */
final class NameServers implements Closeable {
    private static final int ROUNDS = 2;

    /**
     * The datagram that servers may send: fits into every path's MTU, as DNS Flag Day 2020 says.
     */
    private static final int DATAGRAM = 1232;

    private static final int IDS = 1 << 16;

    private final SecureRandom random = new SecureRandom();
    private final Supplier<Environment> source;
    private final Exchange exchange = new Exchange();
    private Environment environment;
    private int preferred;

    NameServers(Supplier<Environment> source) {
        this.source = source;
    }

    /** Reads the configuration; all queries until the next call share this time limit. */
    void begin(Duration time) {
        environment = source.get();
        exchange.deadline(System.nanoTime() + time.toNanos());
    }

    /** The hosts file, which comes before DNS. */
    HostsFile hosts() {
        return environment.hosts();
    }

    /**
     * Queries the servers, for a name without a trailing dot in the search domains as well.
     *
     * @throws IOException if no server gave an answer; the message says which server failed last,
     *     and how
     */
    Answer ask(Question question) throws IOException {
        for (Name name : environment.candidates(question.name())) {
            Answer answer = follow(new Question(name, question.type()));
            if (answer.exists()) {
                return answer;
            }
        }
        return Answer.NO_NAME;
    }

    /** Follows aliases beyond the first response; a recursive server does so itself. */
    private Answer follow(Question question) throws IOException {
        Answer answer = askServers(question);
        for (int i = 0; answer.alias() != null; i++) {
            if (i == Answer.MOST_ALIASES) {
                throw new IOException(
                        "the aliases (CNAME) of "
                                + question.name()
                                + " lead in a circle, or are more than "
                                + i);
            }
            long ttl = answer.ttl();
            answer = askServers(new Question(answer.alias(), question.type())).throughAliases(ttl);
        }
        return answer;
    }

    private Answer askServers(Question question) throws IOException {
        List<InetSocketAddress> servers = environment.servers();
        IOException failure = new IOException("the time for DNS queries is over");
        for (int i = 0; i < ROUNDS * servers.size() && !exchange.isOver(); i++) {
            InetSocketAddress server = servers.get(preferred % servers.size());
            try {
                return askServer(server, question);
            } catch (IOException e) {
                failure = new IOException("the DNS server " + text(server) + why(e), e);
                preferred = (preferred + 1) % servers.size();
            }
        }
        throw failure;
    }

    private Answer askServer(InetSocketAddress server, Question question) throws IOException {
        int id = random.nextInt(IDS);
        byte[] query = query(id, question);
        Response response = Response.parse(exchange.overUdp(server, query), id, question);
        if (response.isTruncated()) {
            response = Response.parse(exchange.overTcp(server, query), id, question);
        }
        return Answer.of(response, question);
    }

    private static byte[] query(int id, Question question) {
        Message query = new Message(id);
        query.getHeader().setFlag(Flags.RD);
        Record asked = Record.newRecord(question.name(), question.type(), DClass.IN);
        query.addRecord(asked, Section.QUESTION);
        query.addRecord(new OPTRecord(DATAGRAM, 0, 0), Section.ADDITIONAL);
        return query.toWire();
    }

    /** The address and port of the server, without a host name. */
    private static String text(InetSocketAddress server) {
        String address = server.getAddress().getHostAddress();
        return Names.of(new InetSocketAddress(address, server.getPort()));
    }

    private static String why(IOException cause) {
        if (cause instanceof SocketTimeoutException || cause instanceof EOFException) {
            return " does not answer";
        }
        if (cause instanceof PortUnreachableException || cause instanceof ConnectException) {
            return " is not running: nothing listens on its port";
        }
        if (cause instanceof UnusableAnswerException) {
            return " " + cause.getMessage();
        }
        return " failed: " + cause.getMessage();
    }

    @Override
    public void close() throws IOException {
        exchange.close();
    }
}
