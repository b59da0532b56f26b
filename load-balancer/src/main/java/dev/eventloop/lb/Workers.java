package dev.eventloop.lb;

import dev.eventloop.ErrnoException;
import dev.eventloop.libc.CpuAffinity;
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

/** The workers of one load balancer, and their threads between {@link #run} and the end. */
final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(LoadBalancer.class);
    private static final Duration ANSWER_TIME = Duration.ofSeconds(1);

    private final List<Worker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    void add(Worker worker) {
        workers.add(worker);
    }

    int size() {
        return workers.size();
    }

    Worker first() {
        return workers.get(0);
    }

    /** In the order of their listeners. */
    List<Worker> all() {
        return Collections.unmodifiableList(workers);
    }

    /**
     * Starts the threads.
     *
     * @param pinned whether each stays on a core of those that the caller may run on
     */
    void run(String name, boolean pinned) {
        int[] cores = pinned ? cores() : new int[0];
        for (Worker worker : workers) {
            int number = threads.size();
            Runnable task =
                    cores.length == 0
                            ? worker::run
                            : () -> {
                                bind(cores[number % cores.length]);
                                worker.run();
                            };
            Thread thread = new Thread(task, name + "-" + number);
            threads.add(thread);
            thread.start();
        }
    }

    private static int[] cores() {
        try {
            return CpuAffinity.allowed();
        } catch (ErrnoException e) {
            LOG.warn("threads are not pinned, since the cores are not known: {}", e.getMessage());
            return new int[0];
        }
    }

    private static void bind(int core) {
        try {
            CpuAffinity.bind(core);
        } catch (ErrnoException e) { // it was taken away since
            LOG.warn("a thread is not pinned to core {}: {}", core, e.getMessage());
        }
    }

    /** Does this on each worker's loop, some time. */
    void onEach(Consumer<Worker> action) {
        for (Worker worker : workers) {
            worker.execute(() -> action.accept(worker));
        }
    }

    /** What the workers answer, each on its loop; without those that take longer than a second. */
    <T> List<T> ask(Function<Worker, T> question) {
        List<CompletableFuture<T>> answers = new ArrayList<>();
        for (Worker worker : workers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            answers.add(answer);
            worker.execute(() -> answer.complete(question.apply(worker)));
        }
        List<T> given = new ArrayList<>();
        long deadline = System.nanoTime() + ANSWER_TIME.toNanos();
        for (CompletableFuture<T> answer : answers) {
            try {
                given.add(answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (TimeoutException | ExecutionException e) {
                LOG.debug("an event loop that has ended, or is busy, was not heard", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return given;
    }

    /** Of workers that were not run. */
    void end() {
        workers.forEach(Worker::end);
    }

    /** Once all threads have ended. */
    void awaitEnd() {
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
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
