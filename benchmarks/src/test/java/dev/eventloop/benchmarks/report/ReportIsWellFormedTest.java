package dev.eventloop.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

@Tag("fast")
final class ReportIsWellFormedTest {
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

    private static Samples samples(double... values) {
        Samples samples = new Samples();
        for (double value : values) {
            samples.add(value);
        }
        return samples;
    }

    @Test
    @DisplayName("A figure is the median, with the quartiles if they differ")
    void figures() {
        assertThat(samples(3, 1, 2, 5, 4)).hasToString("3.00 (2.00–4.00)");
        assertThat(samples(7, 7)).hasToString("7.00");
        assertThat(samples(1, 2).median()).isEqualTo(1.5);
        assertThat(samples(123_456.7)).hasToString("123,457");
        assertThat(samples(0.0123)).hasToString("0.012");
        assertThat(samples()).hasToString("–");
    }

    @Test
    @DisplayName("A ratio is taken round by round")
    void ratios() {
        Samples ratio = samples(10, 40, 90).dividedBy(samples(10, 20, 30));
        assertThat(ratio.median()).isEqualTo(2);
        assertThat(ratio.firstQuartile()).isEqualTo(1.5);
    }

    @Test
    @DisplayName("Tables have as many cells in each row as there are headings")
    void tables() {
        MarkdownTable table = new MarkdownTable("a", "b").row("x", List.of(samples(1)));
        assertThat(table).hasToString("| a | b |\n|---|--:|\n| x | 1.00 |\n");
        assertThatThrownBy(() -> table.row("x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("Charts are well-formed SVG, with a bar for each figure")
    void charts() throws Exception {
        for (double most : new double[] {2, 2_000_000}) {
            BarChart chart =
                    new BarChart("1 < 2 & more", "ns")
                            .bar("first", "a", samples(1, 2))
                            .bar("first", "b", samples(most))
                            .bar("second", "a", samples())
                            .bar("second", "b", samples(0.5));
            Document document =
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(
                                    new ByteArrayInputStream(
                                            chart.svg().getBytes(StandardCharsets.UTF_8)));
            int background = 1;
            int legend = 2;
            assertThat(document.getElementsByTagName("rect").getLength())
                    .isEqualTo(background + legend + 3);
            assertThat(chart.svg()).doesNotContain("NaN").doesNotContain("Infinity");
        }
    }

    @Test
    @DisplayName("The page has every fragment in its place and marks those not measured")
    void page(@TempDir Path folder) throws Exception {
        Report report = new Report(folder.resolve("report"), clock);
        report.put("ring", new MarkdownTable("$1", "b"));
        report.put("ring-1", new BarChart("t", "u").bar("g", "c", samples(1)), "what it shows");
        report.putWhen("ring", report.now(), "so and so");
        String page = Files.readString(report.assemble());
        assertThat(page)
                .contains("| $1 | b |")
                .contains("![what it shows](benchmarks/ring-1.svg)")
                .contains("*2026-01-02 03:04 UTC, in 0 s: so and so*")
                .contains("*not measured*")
                .contains(" cores, ")
                .doesNotContain("{{")
                .doesNotContain(folder.toString());
        report.publish(folder.resolve("docs"));
        assertThat(folder.resolve("docs/benchmarks.md")).hasContent(page);
        assertThat(folder.resolve("docs/benchmarks/ring-1.svg")).exists();
    }
}
