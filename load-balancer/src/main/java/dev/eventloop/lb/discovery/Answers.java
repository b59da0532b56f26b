package dev.eventloop.lb.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/**
 * The answers of DNS; for a query that fails, the last answer it had. Each round of queries is
 * between {@link #begin} and {@link #end}.
 */
final class Answers {
    private final NameServers servers;
    private final Set<String> skipped = new TreeSet<>();
    private Map<Question, List<Record>> last = new HashMap<>();
    private Map<Question, List<Record>> now = new HashMap<>();
    private long ttl;
    private String failure;

    Answers(NameServers servers) {
        this.servers = servers;
    }

    /** Starts a round of queries. */
    void begin() {
        ttl = Long.MAX_VALUE;
        failure = null;
        skipped.clear();
    }

    /** Ends the round. Forgets the answers of queries that were not in it. */
    void end() {
        last = now;
        now = new HashMap<>();
    }

    /**
     * The shortest TTL of the round's answers in seconds; {@link Long#MAX_VALUE} if there was no
     * answer.
     */
    long ttl() {
        return ttl;
    }

    /** The first query of the round that failed, and why; null if all succeeded. */
    String failure() {
        return failure;
    }

    /** A sentence about each record of the round that cannot be used. */
    Set<String> skipped() {
        return Set.copyOf(skipped);
    }

    /** All addresses of the name, IPv4 and IPv6, from the hosts file or else from DNS. */
    Set<InetAddress> addresses(Name name) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (InetAddress address : servers.hosts().addresses(name.toString())) {
            String why = UnusableRecords.why(address);
            if (why == null) {
                addresses.add(address);
            } else {
                skipped.add(why);
            }
        }
        if (addresses.isEmpty()) {
            for (Record record : records(new Question(name, Type.A))) {
                addresses.add(((ARecord) record).getAddress());
            }
            for (Record record : records(new Question(name, Type.AAAA))) {
                addresses.add(((AAAARecord) record).getAddress());
            }
        }
        return addresses;
    }

    /** The SRV records of the name. */
    List<SRVRecord> services(Name name) {
        return records(new Question(name, Type.SRV)).stream().map(SRVRecord.class::cast).toList();
    }

    private List<Record> records(Question question) {
        List<Record> known = now.get(question);
        if (known == null) {
            known = ask(question);
        }
        return known;
    }

    private List<Record> ask(Question question) {
        try {
            Answer answer = servers.ask(question);
            ttl = Math.min(ttl, answer.ttl());
            skipped.addAll(answer.skipped());
            now.put(question, answer.records());
            if (question.type() == Type.SRV) {
                answer.records().forEach(record -> keep((SRVRecord) record, answer.additional()));
            }
            return answer.records();
        } catch (IOException e) {
            if (failure == null) {
                failure = question + ": " + e.getMessage();
            }
            List<Record> old = last.get(question);
            if (old != null) {
                now.put(question, old);
            }
            return old == null ? List.of() : old;
        }
    }

    /**
     * Keeps the target's addresses from the additional section, which saves two queries for each
     * target. They should be complete (RFC 2782); where known ones are missing, the target is
     * queried after all.
     */
    private void keep(SRVRecord service, List<Record> additional) {
        Question ipv4 = new Question(service.getTarget(), Type.A);
        Question ipv6 = new Question(service.getTarget(), Type.AAAA);
        if (additional.stream().anyMatch(r -> ipv4.isAskedBy(r) || ipv6.isAskedBy(r))) {
            keep(ipv4, additional);
            keep(ipv6, additional);
        }
    }

    private void keep(Question question, List<Record> additional) {
        List<Record> found = new ArrayList<>();
        for (Record record : additional) {
            if (question.isAskedBy(record) && UnusableRecords.why(record) == null) {
                found.add(record);
            }
        }
        if (found.containsAll(last.getOrDefault(question, List.of()))) {
            found.forEach(record -> ttl = Math.min(ttl, Answer.ttl(record)));
            now.put(question, found);
        }
    }
}
