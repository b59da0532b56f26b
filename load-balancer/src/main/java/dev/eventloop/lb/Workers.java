package dev.eventloop.lb;

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

    /** Starts the threads. */
    void run(String name) {
        for (Worker worker : workers) {
            Thread thread = new Thread(worker::run, name + "-" + threads.size());
            threads.add(thread);
            thread.start();
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
