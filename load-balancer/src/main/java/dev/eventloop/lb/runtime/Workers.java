package dev.eventloop.lb.runtime;

import dev.eventloop.ErrnoException;
import dev.eventloop.EventLoop;
import dev.eventloop.EventLoopOptions;
import dev.eventloop.lb.pool.CheckSlots;
import dev.eventloop.lb.relay.CloseReport;
import dev.eventloop.libc.CpuAffinity;
import dev.eventloop.libc.OpenFileLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All workers, and from {@link #run} on their threads. */
public final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);

    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final StallWatch stalls;
    private final CheckSlots checkSlots = new CheckSlots(OpenFileLimit.raise());

    private Workers(StallWatch stalls) {
        this.stalls = stalls;
    }

    /**
     * Opens the loop of each worker; they do not run yet.
     *
     * @throws ErrnoException EMFILE, ENOMEM; then nothing is open
     */
    public static Workers open(
            ProcessSettings settings,
            EventLoopOptions options,
            Environment environment,
            CloseReport report)
            throws ErrnoException {
        Workers workers = new Workers(new StallWatch(settings.stallWarning()));
        try {
            for (int i = 0; i < settings.threads(); i++) {
                EventLoop loop = environment.loops().open(options);
                workers.workers.add(worker(i, settings.threads(), loop, environment, report));
            }
        } catch (ErrnoException | RuntimeException | Error e) {
            workers.end();
            throw e;
        }
        return workers;
    }

    private static Worker worker(
            int number, int count, EventLoop loop, Environment environment, CloseReport report)
            throws ErrnoException {
        try {
            return new Worker(number, count, loop, environment, report);
        } catch (ErrnoException | RuntimeException | Error e) {
            loop.close();
            throw e;
        }
    }

    /** How many there are. */
    public int size() {
        return workers.size();
    }

    /** The worker that does the health checks. */
    public Worker first() {
        return workers.get(0);
    }

    /** For the health checks on the first worker. */
    CheckSlots checkSlots() {
        return checkSlots;
    }

    /** All of them. */
    public List<Worker> all() {
        return Collections.unmodifiableList(workers);
    }

    /**
     * Starts the threads.
     *
     * @param pinned whether to bind each to one of the cores that the caller may run on
     */
    public void run(String name, boolean pinned) {
        int[] cores = pinned ? cores() : new int[0];
        for (Worker worker : workers) {
            int number = threads.size();
            Runnable task =
                    () -> {
                        if (cores.length > 0) {
                            bind(cores[number % cores.length]);
                        }
                        run(worker);
                    };
            Thread thread = new Thread(task, name + "-" + number);
            threads.add(thread);
            thread.start();
            stalls.add(worker, thread);
        }
        stalls.start();
    }

    /** How often the loop of each worker did not turn for the time of the stall warning. */
    public List<Long> stalls() {
        return stalls.stalls();
    }

    /** The other workers do not go on without this one: its share of the clients would wait. */
    private void run(Worker worker) {
        Throwable cause = worker.run();
        if (cause == null) {
            return;
        }
        try {
            LOG.error("an event loop has failed; all connections are closed", cause);
            onEach(Worker::shutDown);
        } finally { // the heap may be full
            failure.complete(cause);
        }
    }

    /** Completes with what has ended a worker before its time. */
    public CompletableFuture<Throwable> failure() {
        return failure;
    }

    private static int[] cores() {
        try {
            return CpuAffinity.allowed();
        } catch (ErrnoException e) {
            LOG.warn("threads are not pinned: the allowed cores are unknown: {}", e.getMessage());
            return new int[0];
        }
    }

    private static void bind(int core) {
        try {
            CpuAffinity.bind(core);
        } catch (ErrnoException e) { // a cgroup may have removed the core since
            LOG.warn("a thread is not pinned to core {}: {}", core, e.getMessage());
        }
    }

    /** Does this on each worker's loop, later. */
    public void onEach(Consumer<Worker> action) {
        for (Worker worker : workers) {
            worker.execute(() -> action.accept(worker));
        }
    }

    /**
     * Adds the bytes of open connections to the counters. Waits for each worker, but for a second
     * at most: then those of a loop that is busy are not the latest.
     */
    public void settle() {
        List<CompletableFuture<Void>> settled = new ArrayList<>();
        for (int i = 0; i < workers.size(); i++) {
            if (i < threads.size() && threads.get(i) == Thread.currentThread()) {
                workers.get(i).settle(); // a listener asks: its loop cannot do it meanwhile
            } else {
                settled.add(workers.get(i).settling.ask());
            }
        }
        await(settled);
    }

    /** Asks each worker on its loop; leaves out answers that take longer than a second. */
    public <T> List<T> ask(Function<Worker, T> question) {
        return await(begin(question));
    }

    /** Whether each loop that runs turns: it runs a task within a second. Waits for that. */
    public boolean allTurn() {
        List<CompletableFuture<Boolean>> answers = begin(worker -> true);
        return await(answers).size() == answers.size();
    }

    private <T> List<CompletableFuture<T>> begin(Function<Worker, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (Worker worker : workers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            if (worker.execute(() -> answer.complete(question.apply(worker)))) {
                answers.add(answer);
            }
        }
        return answers;
    }

    /** The answers that are given within a second. */
    private static <T> List<T> await(List<CompletableFuture<T>> answers) {
        List<T> given = new ArrayList<>();
        long deadline = System.nanoTime() + ANSWER_TIME.toNanos();
        for (CompletableFuture<T> answer : answers) {
            try {
                given.add(answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException | ExecutionException e) {
                LOG.debug("no answer from an event loop that has ended, or is busy", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return given;
    }

    /** Frees workers that were never run. */
    public void end() {
        workers.forEach(Worker::end);
    }

    /** Waits until all threads have ended. */
    public void awaitEnd() {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (true) {
                try {
                    thread.join();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        stalls.end();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
