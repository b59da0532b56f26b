package dev.eventloop.lb.discovery;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * What a response says, if it can be believed. Only NXDOMAIN and an answer without any record mean
 * that there is nothing. All else that holds none of the wanted records is a fault of the server
 * and says nothing about the name.
 *
 * @param records the usable records of the wanted type; empty if there are none
 * @param alias the name to ask for next, to which an alias (CNAME) leads; null if the records are
 *     complete
 * @param additional the additional section
 * @param ttl the shortest TTL of the records and aliases, in seconds; {@link Long#MAX_VALUE}
 *     without any
 * @param skipped a sentence about each record that cannot be used
 * @param exists whether there is such a name, with or without such records
 */
record Answer(
        List<Record> records,
        Name alias,
        List<Record> additional,
        long ttl,
        Set<String> skipped,
        boolean exists) {
    static final Answer NO_NAME = nothing(false);
    static final Answer NO_RECORDS = nothing(true);

    static final int MOST_ALIASES = 16;

    private static final long GREATEST_TTL = Integer.MAX_VALUE;

    private static Answer nothing(boolean exists) {
        return new Answer(List.of(), null, List.of(), Long.MAX_VALUE, Set.of(), exists);
    }

    /**
     * Judges a complete response to the question.
     *
     * @throws UnusableAnswerException if it is not believed, and why
     */
    static Answer of(Response response, Question question) throws UnusableAnswerException {
        if (response.isTruncated()) {
            throw new UnusableAnswerException("truncated its answer");
        }
        List<Record> answer = response.answer();
        switch (response.rcode()) {
            case Rcode.NOERROR -> {
                if (!answer.isEmpty()) {
                    return positive(response, question);
                }
                refuseReferral(response, question);
                return NO_RECORDS;
            }
            case Rcode.NXDOMAIN -> {
                if (answer.stream().anyMatch(record -> record.getType() == question.type())) {
                    throw new UnusableAnswerException("answered NXDOMAIN, and sent records");
                }
                return NO_NAME;
            }
            default ->
                    throw new UnusableAnswerException("answered " + Rcode.string(response.rcode()));
        }
    }

    /**
     * An empty answer with NS records and without the zone's SOA is a referral to other servers
     * (RFC 2308, section 2.2), and records in another section are no answer.
     */
    private static void refuseReferral(Response response, Question question)
            throws UnusableAnswerException {
        List<Record> authority = response.authority();
        boolean refers = authority.stream().anyMatch(record -> record.getType() == Type.NS);
        if (refers && authority.stream().noneMatch(record -> record.getType() == Type.SOA)) {
            throw new UnusableAnswerException("referred to other servers");
        }
        if (authority.stream().anyMatch(question::isAskedBy)
                || response.additional().stream().anyMatch(question::isAskedBy)) {
            throw new UnusableAnswerException("sent its records in the wrong section");
        }
    }

    private static Answer positive(Response response, Question question)
            throws UnusableAnswerException {
        List<Record> answer = response.answer();
        Name name = question.name();
        Set<Name> names = new HashSet<>();
        long ttl = Long.MAX_VALUE;
        CNAMERecord alias = question.type() == Type.CNAME ? null : alias(answer, name);
        while (alias != null) {
            if (!names.add(name) || names.size() > MOST_ALIASES) {
                throw new UnusableAnswerException(
                        "sent aliases (CNAME) that lead in a circle, or are more than "
                                + MOST_ALIASES);
            }
            ttl = Math.min(ttl, ttl(alias));
            name = alias.getTarget();
            alias = alias(answer, name);
        }
        Question last = new Question(name, question.type());
        List<Record> usable = new ArrayList<>();
        Set<String> skipped = new TreeSet<>();
        for (Record record : answer) {
            if (last.isAskedBy(record)) {
                String why = UnusableRecords.why(record);
                if (why == null) {
                    usable.add(record);
                    ttl = Math.min(ttl, ttl(record));
                } else {
                    skipped.add(why);
                }
            }
        }
        if (!usable.isEmpty()) {
            return new Answer(List.copyOf(usable), null, response.additional(), ttl, skipped, true);
        }
        if (!skipped.isEmpty()) {
            throw new UnusableAnswerException(
                    "sent no usable record: " + String.join(", ", skipped));
        }
        if (names.isEmpty()) {
            throw new UnusableAnswerException("sent only records that nobody asked for");
        }
        return new Answer(List.of(), name, List.of(), ttl, Set.of(), true);
    }

    private static CNAMERecord alias(List<Record> answer, Name name) {
        Question wanted = new Question(name, Type.CNAME);
        return (CNAMERecord) answer.stream().filter(wanted::isAskedBy).findFirst().orElse(null);
    }

    /** A TTL with the highest bit set counts as 0 (RFC 2181, section 8). */
    static long ttl(Record record) {
        return record.getTTL() > GREATEST_TTL ? 0 : record.getTTL();
    }

    /** This answer, reached through aliases of that TTL, whose own name therefore exists. */
    Answer throughAliases(long aliases) {
        return new Answer(records, alias, additional, Math.min(ttl, aliases), skipped, true);
    }
}
