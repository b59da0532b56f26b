package dev.eventloop.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.eventloop.EventLoop;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Loops are created whatever the thread's context class loader sees. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "only Linux has epoll")
@Timeout(60)
@Tag("fast")
final class AnotherCopyOfTheLibraryIsSkippedTest {
    private final Thread thread = Thread.currentThread();
    private final ClassLoader before = thread.getContextClassLoader();

    @AfterEach
    void restore() {
        thread.setContextClassLoader(before);
    }

    /** A loader with a copy of its own of everything on the class path. */
    private static URLClassLoader copy() throws Exception {
        List<URL> urls = new ArrayList<>();
        for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            urls.add(Path.of(each).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    /** Creates a loop by the EventLoop of a loader, and closes it; the name of its backend. */
    private static Object backendOfALoopOf(ClassLoader loader) throws Exception {
        Class<?> api = Class.forName("dev.eventloop.EventLoop", true, loader);
        assertThat((List<?>) api.getMethod("backends").invoke(null))
                .extracting(Object::toString)
                .contains("epoll (available)");
        try (AutoCloseable loop = (AutoCloseable) api.getMethod("create").invoke(null)) {
            return api.getMethod("backendName").invoke(loop);
        }
    }

    @Test
    void ofTheContextLoader() throws Exception {
        try (URLClassLoader other = copy()) {
            assertThat(Class.forName("dev.eventloop.EventLoop", true, other))
                    .isNotSameAs(EventLoop.class);
            thread.setContextClassLoader(other);
            assertThat(backendOfALoopOf(before)).isEqualTo("epoll");
        }
    }

    @Test
    void ofTheApplicationWhereTheLibraryIsInAnotherLoader() throws Exception {
        try (URLClassLoader other = copy()) {
            assertThat(backendOfALoopOf(other)).isEqualTo("epoll");
            thread.setContextClassLoader(other);
            assertThat(backendOfALoopOf(other)).isEqualTo("epoll");
        }
    }

    @Test
    void andAThreadWithoutAContextLoaderFindsItsOwn() throws Exception {
        thread.setContextClassLoader(null);
        assertThat(backendOfALoopOf(before)).isEqualTo("epoll");
    }
}
