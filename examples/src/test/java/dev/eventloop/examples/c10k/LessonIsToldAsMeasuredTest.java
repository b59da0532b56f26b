package dev.eventloop.examples.c10k;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** The charts and the conclusion state what was measured, and no more. */
@Tag("fast")
class LessonIsToldAsMeasuredTest {
    private static final double MICRO = 1e3;

    private static Results results(double selectInTheEnd, double epollInTheEnd) {
        Results results = new Results(List.of("select", "epoll"), 3);
        results.add(10, List.of(5 * MICRO, 4 * MICRO));
        results.add(1_000, List.of(selectInTheEnd, epollInTheEnd));
        return results;
    }

    @Test
    @DisplayName("a cost that grew is said to grow, with its figures; another is not")
    void growthIsTold() {
        List<String> words = Conclusion.of(results(500 * MICRO, 4 * MICRO));
        assertThat(words)
                .contains(
                        "  with select grows 100 times: from 5.0 µs to 500 µs;",
                        "  with epoll stays about the same: from 4.0 µs to 4.0 µs.")
                .anyMatch(line -> line.startsWith("select: every wait passes all connections"))
                .anyMatch(line -> line.startsWith("epoll: each connection is registered once"))
                .anyMatch(line -> line.contains("2,000 with select, 250,000 with epoll"))
                .last()
                .asString()
                .startsWith("With 10 there is little difference");
    }

    @Test
    @DisplayName("if no cost grew, nothing is explained")
    void nothingIsClaimed() {
        assertThat(Conclusion.of(results(6 * MICRO, 4 * MICRO)))
                .anyMatch(line -> line.startsWith("These are too few connections"))
                .noneMatch(line -> line.contains("every wait passes"));
    }

    @Test
    @DisplayName("if epoll's cost grew, the text would say so")
    void noFavourites() {
        assertThat(Conclusion.of(results(500 * MICRO, 400 * MICRO)))
                .contains("  with epoll grows 100 times: from 4.0 µs to 400 µs.")
                .noneMatch(line -> line.contains("is registered once"));
    }

    @Test
    @DisplayName("the chart has a line per backend, higher where the cost is higher")
    void chartIsDrawn() {
        List<String> lines = Chart.draw(results(500 * MICRO, 4 * MICRO));
        assertThat(lines.get(0)).startsWith("    1 ms +");
        String top = lines.stream().filter(line -> line.endsWith("s")).findFirst().orElseThrow();
        assertThat(top).hasSize(10 + 61);
        assertThat(lines).filteredOn(line -> line.contains("eeeeeeee")).hasSize(1);
        assertThat(lines).anyMatch(line -> line.matches(" +10 +1,000"));
    }

    @Test
    @DisplayName("a single step, or equal values, make a chart, too")
    void degenerateCharts() throws Exception {
        Results results = new Results(List.of("poll"), 1);
        results.add(1, List.of(MICRO));
        assertThat(Chart.draw(results)).anyMatch(line -> line.contains("p"));
        assertThat(Conclusion.of(results)).isNotEmpty();
        assertThat(parse(SvgChart.draw(results)).getElementsByTagName("polyline").getLength())
                .isEqualTo(1);
    }

    @Test
    @DisplayName("the SVG chart is well-formed and has a point for each figure")
    void pictureIsDrawn() throws Exception {
        Document picture = parse(SvgChart.draw(results(500 * MICRO, 4 * MICRO)));
        assertThat(picture.getElementsByTagName("polyline").getLength()).isEqualTo(2);
        assertThat(picture.getElementsByTagName("circle").getLength()).isEqualTo(4);
        assertThat(picture.getDocumentElement().getTextContent()).contains("select", "epoll");
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
