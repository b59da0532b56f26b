package dev.eventloop.benchmarks.published;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;

/**
 * The measurements that need only one process, as a program. Answers {@code send WAY SIZE BATCHES},
 * {@code allocate SOURCE SIZE TIMES} and {@code broadcast copied|shared MESSAGES} with the elapsed
 * time and the thread's CPU time, both in nanoseconds.
 */
public final class BatchProgram {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Broadcast broadcast = new Broadcast();
    private PacketSender sender;
    private int packetSize;

    private BatchProgram() {}

    /** Runs until EOF on standard input. */
    @SuppressWarnings("SystemOut") // its output is the answer
    public static void main(String[] arguments) throws Exception {
        BatchProgram program = new BatchProgram();
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(program.answer(line.split(" ", -1)));
        }
        program.closeSender();
    }

    private String answer(String[] words) throws Exception {
        return switch (words[0]) {
            case "send" ->
                    send(
                            PacketSender.Way.valueOf(words[1]),
                            Integer.parseInt(words[2]),
                            Integer.parseInt(words[3]));
            case "allocate" ->
                    allocate(
                            Allocation.Source.valueOf(words[1]),
                            Integer.parseInt(words[2]),
                            Integer.parseInt(words[3]));
            default -> broadcast(words[1].equals("copied"), Integer.parseInt(words[2]));
        };
    }

    private String send(PacketSender.Way way, int size, int batches) throws Exception {
        if (packetSize != size) {
            closeSender();
            sender = new PacketSender(size);
            packetSize = size;
        }
        return measure(
                () -> {
                    for (int i = 0; i < batches; i++) {
                        sender.send(way);
                    }
                });
    }

    private void closeSender() throws IOException, InterruptedException {
        if (sender != null) {
            sender.close();
        }
    }

    private static String allocate(Allocation.Source source, int size, int times) throws Exception {
        try (Allocation allocation = new Allocation(source, size)) {
            allocation.run(2000); // fills the pool
            return measure(() -> allocation.run(times));
        }
    }

    private String broadcast(boolean copied, int messages) throws Exception {
        String result = measure(() -> broadcast.run(copied, messages));
        broadcast.drain();
        return result;
    }

    /** Work that may fail. */
    private interface Work {
        void run() throws Exception;
    }

    private static String measure(Work work) throws Exception {
        long cpu = THREADS.getCurrentThreadCpuTime();
        long start = System.nanoTime();
        work.run();
        long nanos = System.nanoTime() - start;
        return nanos + " " + (THREADS.getCurrentThreadCpuTime() - cpu);
    }
}
