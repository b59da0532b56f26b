package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The launcher names methods that the JIT compiler must not inline. The JVM silently accepts a name
 * that does not exist, so a renamed method would lose its option unnoticed.
 */
@Tag("fast")
class LauncherNamesWhatExistsTest {
    private static final Path LAUNCHER = Path.of("..", "high_perf_lb");

    /** {@code $lb.Flow::splice}, or {@code $lb.Dial::*} for all methods. */
    private static final Pattern METHOD = Pattern.compile("\\$lb\\.([\\w.]+)::(\\w+|\\*)");

    private static final Pattern PACKAGE = Pattern.compile("(?m)^lb=([\\w.]+)$");
    private static final Pattern MAIN_CLASS = Pattern.compile("dev\\.eventloop\\.[\\w.]*[A-Z]\\w*");

    @Test
    @DisplayName("every method in the launcher's compiler options exists")
    void methods() throws Exception {
        String launcher = Files.readString(LAUNCHER);
        Matcher root = PACKAGE.matcher(launcher);
        assertThat(root.find()).isTrue();
        Matcher named = METHOD.matcher(launcher);
        int found = 0;
        while (named.find()) {
            found++;
            Class<?> type = Class.forName(root.group(1) + "." + named.group(1));
            List<String> methods =
                    Arrays.stream(type.getDeclaredMethods()).map(Method::getName).toList();
            if (!named.group(2).equals("*")) {
                assertThat(methods).as(named.group()).contains(named.group(2));
            }
        }
        assertThat(found).isPositive();
    }

    @Test
    @DisplayName("every class that the launcher names exists")
    void classes() throws IOException {
        Matcher named = MAIN_CLASS.matcher(Files.readString(LAUNCHER));
        int found = 0;
        while (named.find()) {
            found++;
            String name = named.group();
            assertThat(LauncherNamesWhatExistsTest.class.getClassLoader())
                    .as(name)
                    .matches(loader -> exists(name, loader));
        }
        assertThat(found).isPositive();
    }

    private static boolean exists(String name, ClassLoader loader) {
        return loader.getResource(name.replace('.', '/') + ".class") != null;
    }
}
