package dev.eventloop.lb.discovery;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private record Question(Name name, int type) {}

    private final NameServers servers;
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

    /** All addresses of the name, IPv4 and IPv6, from the hosts file or else from DNS. */
    Set<InetAddress> addresses(Name name) {
        Path hosts = servers.hosts();
        Set<InetAddress> addresses = new LinkedHashSet<>();
        if (hosts != null) {
            addresses.addAll(HostsFile.addresses(hosts, name.toString()));
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

    /**
     * The SRV records of the name, without those whose target is the root, which means "no service"
     * (RFC 2782).
     */
    List<SRVRecord> services(Name name) {
        return records(new Question(name, Type.SRV)).stream()
                .map(SRVRecord.class::cast)
                .filter(service -> !service.getTarget().equals(Name.root))
                .toList();
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
            NameServers.Answer answer = servers.ask(question.name, question.type);
            answer.records().forEach(record -> ttl = Math.min(ttl, record.getTTL()));
            now.put(question, answer.records());
            if (question.type == Type.SRV) {
                answer.records().forEach(record -> keep((SRVRecord) record, answer.additional()));
            }
            return answer.records();
        } catch (IOException e) {
            if (failure == null) {
                failure =
                        NameServers.describe(question.name, question.type) + ": " + e.getMessage();
            }
            List<Record> old = last.get(question);
            if (old != null) {
                now.put(question, old);
            }
            return old == null ? List.of() : old;
        }
    }

    /**
     * Keeps the target's addresses from the additional section. They are complete (RFC 2782), which
     * saves two queries for each target.
     */
    private void keep(SRVRecord service, List<Record> additional) {
        Name target = service.getTarget();
        List<Record> ipv4 = new ArrayList<>();
        List<Record> ipv6 = new ArrayList<>();
        for (Record record : additional) {
            if (record.getName().equals(target)) {
                if (record.getType() == Type.A) {
                    ipv4.add(record);
                } else if (record.getType() == Type.AAAA) {
                    ipv6.add(record);
                }
            }
        }
        if (!ipv4.isEmpty() || !ipv6.isEmpty()) {
            ipv4.forEach(record -> ttl = Math.min(ttl, record.getTTL()));
            ipv6.forEach(record -> ttl = Math.min(ttl, record.getTTL()));
            now.put(new Question(target, Type.A), ipv4);
            now.put(new Question(target, Type.AAAA), ipv6);
        }
    }
}
