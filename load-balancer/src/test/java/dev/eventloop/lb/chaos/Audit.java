package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what the clients have counted with the access log. A connection that ended well has a
 * line with the same numbers of bytes; one that was cut has a line whose reason the trouble
 * explains; and there is no line besides.
 */
final class Audit {
    private static final List<String> WELL = List.of("client-closed", "backend-closed");

    private final Excuse excuse;

    /** By the client's port; each list is in the order of time, and so are the accounts. */
    private final Map<Integer, Deque<LogLine>> lines = new HashMap<>();

    private final List<String> faults = new ArrayList<>();

    /** Whether the trouble explains that this connection was cut. */
    interface Excuse {
        boolean covers(Account account, LogLine line);
    }

    private Audit(List<LogLine> lines, Excuse excuse) {
        this.excuse = excuse;
        for (LogLine line : lines) {
            this.lines.computeIfAbsent(line.clientPort(), p -> new ArrayDeque<>()).add(line);
        }
    }

    /** Every connection has its line. */
    static void ofAll(List<Account> accounts, List<LogLine> lines, Excuse excuse) {
        Audit audit = new Audit(lines, excuse);
        List<Account> early = new ArrayList<>();
        for (Account account : accounts) {
            if (account.port() == 0) {
                early.add(account);
            } else {
                audit.check(account, audit.next(account));
            }
        }
        List<LogLine> left = audit.lines.values().stream().flatMap(Deque::stream).toList();
        for (int i = 0; i < early.size(); i++) { // which of them is which does not matter
            audit.check(early.get(i), i < left.size() ? left.get(i) : null);
        }
        assertThat(left).as("lines of no client").hasSizeLessThanOrEqualTo(early.size());
        assertThat(audit.faults).as("%d faults", audit.faults.size()).isEmpty();
    }

    /**
     * Lines may be missing, but each of them is of a connection that ended well, or was left.
     *
     * @return how many are missing
     */
    static int ofSome(List<Account> accounts, List<LogLine> lines) {
        Audit audit = new Audit(lines, (account, line) -> false);
        int missing = 0;
        for (Account account : accounts) {
            LogLine next = audit.peek(account);
            if (next != null && audit.agrees(account, next)) {
                audit.check(account, audit.next(account));
            } else {
                missing++;
                assertThat(account.end()).isIn(Account.End.WHOLE, Account.End.LEFT);
            }
        }
        assertThat(audit.lines.values().stream().flatMap(Deque::stream)).isEmpty();
        assertThat(audit.faults).isEmpty();
        return missing;
    }

    private LogLine peek(Account account) {
        Deque<LogLine> own = lines.get(account.port());
        return own == null ? null : own.peek();
    }

    private LogLine next(Account account) {
        Deque<LogLine> own = lines.get(account.port());
        return own == null ? null : own.poll();
    }

    private void check(Account account, LogLine line) {
        if (line == null || !agrees(account, line) || !isPlausible(account, line)) {
            faults.add(account + " has the line " + line);
        }
    }

    private boolean agrees(Account account, LogLine line) {
        return switch (account.end()) {
            case WHOLE ->
                    WELL.contains(line.reason())
                            && line.sent() == account.sent()
                            && line.received() == account.received();
            case LEFT ->
                    line.reason().equals("client-reset")
                            || isWhole(account.request(), line)
                            || excuse.covers(account, line);
            case RESET, EMPTY -> excuse.covers(account, line);
            case WRONG -> false;
        };
    }

    /** Both sides had sent FIN before the client left: then the connection is at its end. */
    private static boolean isWhole(Request request, LogLine line) {
        return WELL.contains(line.reason())
                && line.sent() == Request.SIZE + request.upLength()
                && line.received() == 1 + request.downLength();
    }

    /** No byte was invented; and no time is negative, or longer than the client has seen. */
    private static boolean isPlausible(Account account, LogLine line) {
        long most = account.nanos() / 1_000_000 + Trial.SLACK.toMillis();
        return line.sent() <= account.sent()
                && line.received() >= account.received()
                && line.connectMillis() >= 0
                && line.firstByteMillis() >= 0
                && line.durationMillis() >= 0
                && line.durationMillis() <= most;
    }
}
