package dev.eventloop.examples.logcollector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.fixture.Await;
import dev.eventloop.fixture.Peer;
import dev.eventloop.fixture.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("real")
class KafkaHasWhatWasAcknowledgedTest {
    @TempDir private Path folder;

    @Test
    @DisplayName(
            "without Kafka nothing is acknowledged; with Kafka, and after its crash, everything is")
    void acknowledgedByTheBroker() throws Exception {
        try (Broker broker = new Broker(folder);
                Collecting collecting =
                        new Collecting(settings -> settings.kafka = broker.address());
                Peer first = collecting.client();
                Peer second = collecting.client()) {
            first.send(lines("first", 0, 1000)).send("too early\n");
            Await.until(
                    "the failure is printed",
                    () -> collecting.trouble().contains("cannot send to Kafka"));
            assertThat(collecting.stat("lines")).isZero();

            broker.start();
            assertThat(first.readText(3003)).isEqualTo("OK\n".repeat(1001));
            assertThat(collecting.trouble()).endsWith("storing works again\n");

            assertThat(second.send(lines("second", 0, 1000)).readText(3000)).hasSize(3000);
            broker.kill();
            second.send(lines("second", 1000, 5000));
            Await.until(
                    "the second failure is printed",
                    () -> collecting.trouble().lines().count() == 3);
            long acknowledged = collecting.stat("lines");
            broker.start();
            assertThat(second.readText(12_000)).isEqualTo("OK\n".repeat(4000));
            assertThat(acknowledged).isBetween(2001L, 6001L);

            Map<String, List<String>> kept = consume(broker.address(), 6001);
            assertThat(kept.values())
                    .containsExactlyInAnyOrder(
                            (lines("first", 0, 1000) + "too early\n").lines().toList(),
                            lines("second", 0, 5000).lines().toList());
            if (Program.find("kcat") != null) {
                String all =
                        Program.run(
                                "kcat",
                                "-b",
                                broker.address(),
                                "-t",
                                "logs",
                                "-C",
                                "-e",
                                "-q",
                                "-o",
                                "beginning");
                assertThat(all).hasLineCount(6001).contains("\ntoo early\n");
            }

            broker.kill();
            first.send("never acknowledged\n");
            Await.until(
                    "the third failure is printed",
                    () -> collecting.trouble().lines().count() == 5);
            collecting.stop(); // must not wait for ever
            assertThat(first.readTextToEnd()).isEmpty();
        }
    }

    private static String lines(String client, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> client + " " + i + "\n")
                .collect(Collectors.joining());
    }

    /** Each key's values in order. */
    private static Map<String, List<String>> consume(String address, int count) {
        Map<String, Object> options = Map.of("bootstrap.servers", address);
        Map<String, List<String>> values = new HashMap<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(options, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (PartitionInfo partition : consumer.partitionsFor("logs")) {
                partitions.add(new TopicPartition("logs", partition.partition()));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long start = System.nanoTime();
            int seen = 0;
            while (seen < count && System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
                for (var line : consumer.poll(Duration.ofMillis(100))) {
                    values.computeIfAbsent(line.key(), key -> new ArrayList<>()).add(line.value());
                    seen++;
                }
            }
        }
        return values;
    }
}
