package dev.eventloop.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** README.md maps promises to tests; all the tests that it names exist. */
@Tag("fast")
final class ReadmeNamesTheTestsTest {
    private static final Pattern NAME = Pattern.compile("`([A-Z]\\w*)\\.([a-z]\\w*)`");

    private final Set<String> tests = new HashSet<>();
    private final Set<String> topics = new TreeSet<>();

    ReadmeNamesTheTestsTest() {
        for (Class<?> topic : EventLoopContract.class.getDeclaredClasses()) {
            if (topic.isAnnotationPresent(Nested.class)) {
                topics.add(topic.getSimpleName());
                for (Method method : topic.getSuperclass().getDeclaredMethods()) {
                    if (method.isAnnotationPresent(Test.class)) {
                        tests.add(topic.getSimpleName() + "." + method.getName());
                    }
                }
            }
        }
    }

    @Test
    void andEveryTopic() throws Exception {
        Set<String> named = new TreeSet<>();
        Set<String> namedTopics = new TreeSet<>();
        Matcher name = NAME.matcher(Files.readString(Path.of("README.md")));
        while (name.find()) {
            named.add(name.group(1) + "." + name.group(2));
            namedTopics.add(name.group(1));
        }
        assertThat(tests).hasSizeGreaterThan(200).containsAll(named);
        assertThat(namedTopics).isEqualTo(topics);
    }
}
