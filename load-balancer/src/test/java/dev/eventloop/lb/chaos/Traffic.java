package dev.eventloop.lb.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of several kinds, one after the other on each thread, until they are told to stop. */
final class Traffic {
    /** Longer than any conversation may last. */
    private static final Duration LAST_CONVERSATIONS = Duration.ofMinutes(2);

    private static final int PAUSE_MILLIS = 80;

    private interface Kind {
        Plan plan(long number, Random random);
    }

    private final int port;
    private final Random seeds;
    private final AtomicLong numbers = new AtomicLong();
    private final Queue<Account> accounts = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    Traffic(int port, long seed) {
        this.port = port;
        this.seeds = new Random(seed);
    }

    /** What most tests want beside their trouble. */
    void start() {
        start(6, 6, 3);
    }

    /** Starts so many clients of each {@link Plan}. */
    void start(int brief, int lasting, int slow) {
        stopped = false;
        run(brief, Plan::brief);
        run(lasting, Plan::lasting);
        run(slow, Plan::slow);
    }

    /** Adds so many clients that hardly read, each for one conversation. */
    void surge(int stalled) {
        for (int i = 0; i < stalled; i++) {
            Plan plan = Plan.stalled(numbers.getAndIncrement(), new Random(seeds.nextLong()));
            run(() -> hold(plan));
        }
    }

    private void run(int clients, Kind kind) {
        for (int i = 0; i < clients; i++) {
            Random random = new Random(seeds.nextLong());
            run(() -> run(kind, random));
        }
    }

    private void run(Runnable client) {
        Thread thread = new Thread(client, "client");
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
    }

    private void run(Kind kind, Random random) {
        while (!stopped) {
            Account ignored = hold(kind.plan(numbers.getAndIncrement(), random));
            Trial.pause(Duration.ofMillis(random.nextInt(PAUSE_MILLIS)));
        }
    }

    private Account hold(Plan plan) {
        Account account = Conversation.hold(port, plan);
        accounts.add(account);
        return account;
    }

    /** One brief conversation now, which nobody ends early. */
    Account once() {
        return hold(Plan.brief(numbers.getAndIncrement(), new Random(seeds.nextLong())).toTheEnd());
    }

    /** The accounts of the conversations that have ended so far. */
    List<Account> accounts() {
        return List.copyOf(accounts);
    }

    /** How many connections were cut by a RST so far. */
    long resets() {
        return accounts.stream().filter(a -> a.end() == Account.End.RESET).count();
    }

    /** No client has seen what must never happen. */
    void assertNothingWrong() {
        assertThat(accounts.stream().filter(a -> a.end() == Account.End.WRONG)).isEmpty();
    }

    /** Begins no more conversations. */
    void end() {
        stopped = true;
    }

    /** As {@link #end}, and waits for the end of those that go on. */
    void stop() throws InterruptedException {
        end();
        long end = System.nanoTime() + LAST_CONVERSATIONS.toNanos();
        for (Thread thread : threads) {
            thread.join(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            assertThat(thread.isAlive()).as("a conversation still goes on").isFalse();
        }
        threads.clear();
    }
}
