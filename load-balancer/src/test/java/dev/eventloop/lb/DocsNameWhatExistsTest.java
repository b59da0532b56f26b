package dev.eventloop.lb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The documentation leads to files, classes and methods by name. A rename must not leave it behind:
 * every name in it exists, every link has a target, and the README's program compiles.
 */
@Tag("fast")
class DocsNameWhatExistsTest {
    private static final Path ROOT = Path.of("..");
    private static final String LB = "load-balancer/src/main/java/dev/eventloop/lb";

    private static final Pattern FENCE = Pattern.compile("(?ms)^```\\w*$\\n(.*?)^```$");
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");

    /** {@code Batch.dispatch}; a class has lower-case letters, as EAGAIN has not. */
    private static final Pattern NAME =
            Pattern.compile("([A-Z]\\w*[a-z]\\w*)((?:\\.\\w+)*)(?:\\(.*\\))?");

    private static final Pattern PACKAGE = Pattern.compile("dev(\\.[a-z]+)+");
    private static final Pattern PATH = Pattern.compile("[\\w.][\\w.-]*(/[\\w.-]+)+/?");

    /** In a command, such as {@code ./high_perf_lb --config docs/lb.yaml}. */
    private static final Pattern PATH_IN_COMMAND =
            Pattern.compile("(?<![\\w/.-])(?:\\./\\w[\\w.-]*|(?:docs|examples)/[\\w./-]+)");

    /** The behaviour, the file, and what to look at in it. */
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| [^|]+ \\| \\[[^|]+\\]\\(([^|]+\\.java)\\) \\| `(\\w+)` \\|$");

    /** Files by the simple name of their class. */
    private final Map<String, List<Path>> sources = new HashMap<>();

    @TempDir private Path folder;

    DocsNameWhatExistsTest() throws IOException {
        for (Path file : files(".java")) {
            String name = file.getFileName().toString().replace(".java", "");
            sources.computeIfAbsent(name, key -> new ArrayList<>()).add(file);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "ARCHITECTURE.md",
                "docs/library.md",
                "docs/load-balancer.md",
                "docs/portability.md",
                "docs/testing.md"
            })
    @DisplayName("every class, method, package and path that a page names exists")
    void names(String page) throws IOException {
        String text = read(ROOT.resolve(page));
        String prose = FENCE.matcher(text).replaceAll("");
        List<String> missing = new ArrayList<>();
        for (String code : all(CODE, prose, match -> match.group(1))) {
            if (!exists(code)) {
                missing.add(code);
            }
        }
        for (String block : all(FENCE, text, match -> match.group(1))) {
            for (String path : all(PATH_IN_COMMAND, block, MatchResult::group)) {
                if (!Files.exists(ROOT.resolve(path))) {
                    missing.add(path);
                }
            }
        }
        assertThat(missing).as("names in %s that do not exist", page).isEmpty();
    }

    @Test
    @DisplayName("the table from behaviours to files names at least 25 members, which are there")
    void behaviours() throws IOException {
        Matcher row = ROW.matcher(read(ROOT.resolve("ARCHITECTURE.md")));
        int found = 0;
        List<String> missing = new ArrayList<>();
        while (row.find()) {
            found++;
            Path file = ROOT.resolve(row.group(1));
            boolean inherited = !read(file).contains(row.group(2)); // a reader looks in vain
            if (inherited || !isMember(file, row.group(2))) {
                missing.add(row.group());
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThanOrEqualTo(25);
    }

    @Test
    @DisplayName("every link of every page leads to a file and a heading")
    void links() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : files(".md")) {
            if (page.toString().contains("/src/")) {
                continue; // the text from which docs/benchmarks.md is made
            }
            String prose = FENCE.matcher(read(page)).replaceAll("");
            for (String link : all(LINK, prose, match -> match.group(1))) {
                if (!link.matches("[a-z]+:.*") && !isTarget(page, link)) {
                    broken.add(page + ": " + link);
                }
            }
        }
        assertThat(broken).as("broken links").isEmpty();
    }

    @Test
    @DisplayName("the README has at most 700 words, and its program compiles")
    void readme() throws IOException {
        String readme = read(ROOT.resolve("README.md"));
        assertThat(readme.strip().split("\\s+")).hasSizeLessThanOrEqualTo(700);

        Matcher program = Pattern.compile("(?ms)^```java$\\n(.*?)^```$").matcher(readme);
        assertThat(program.find()).isTrue();
        Path file = folder.resolve("Example.java");
        Files.writeString(
                file,
                """
                import dev.eventloop.*;
                import dev.eventloop.libc.Errno;
                import dev.eventloop.net.*;
                import java.net.InetSocketAddress;
                import java.nio.ByteBuffer;

                class Example {
                    public static void main(String... arguments) throws Exception {
                """
                        + program.group(1)
                        + "}}\n");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String classPath = System.getProperty("java.class.path");
        String target = folder.toString();
        int result =
                compiler.run(null, null, null, "-cp", classPath, "-d", target, file.toString());
        assertThat(result).as("exit code of javac").isZero();
    }

    /** Whether this is no name at all, or one of something that exists. */
    private boolean exists(String code) {
        Matcher name = NAME.matcher(code);
        if (name.matches()) {
            return isClass(name.group(1), name.group(2));
        }
        if (PACKAGE.matcher(code).matches()) {
            String path = code.replace('.', '/');
            return sources.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(file -> file.toString().contains("/java/" + path + "/"));
        }
        String first = code.split(" ", 2)[0];
        return !PATH.matcher(first).matches()
                || Files.exists(ROOT.resolve(first))
                || Files.exists(ROOT.resolve(LB).resolve(first));
    }

    /**
     * @param members {@code ".dispatch"}, or empty
     */
    private boolean isClass(String name, String members) {
        String member = members.isEmpty() ? "" : members.substring(1).replaceFirst("\\..*", "");
        return sources.getOrDefault(name, List.of()).stream()
                .anyMatch(file -> member.isEmpty() || isMember(file, member));
    }

    private static boolean isMember(Path file, String member) {
        String path = file.toString().replaceFirst(".*/java/", "").replaceFirst("\\.java$", "");
        try {
            ClassLoader loader = DocsNameWhatExistsTest.class.getClassLoader();
            Class<?> type = Class.forName(path.replace('/', '.'), false, loader);
            return membersOf(type).contains(member);
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    /** Those of its supertypes and nested types as well. */
    private static Set<String> membersOf(Class<?> type) {
        Set<String> members = new HashSet<>();
        Set<Class<?>> seen = new HashSet<>();
        Deque<Class<?>> left = new ArrayDeque<>(List.of(type));
        while (!left.isEmpty()) {
            Class<?> next = left.pop();
            if (!seen.add(next) || next == Object.class) {
                continue;
            }
            Stream.of(next.getDeclaredMethods()).map(Method::getName).forEach(members::add);
            Stream.of(next.getDeclaredFields()).map(Field::getName).forEach(members::add);
            Stream.of(next.getDeclaredClasses()).map(Class::getSimpleName).forEach(members::add);
            left.addAll(List.of(next.getDeclaredClasses()));
            left.addAll(List.of(next.getInterfaces()));
            if (next.getSuperclass() != null) {
                left.add(next.getSuperclass());
            }
        }
        return members;
    }

    private static boolean isTarget(Path page, String link) throws IOException {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? page : page.resolveSibling(path);
        if (!Files.exists(target) || hash < 0) {
            return Files.exists(target);
        }
        return all(HEADING, read(target), match -> anchor(match.group(1)))
                .contains(link.substring(hash + 1));
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
    }

    private static List<String> all(
            Pattern pattern, String text, Function<MatchResult, String> part) {
        return pattern.matcher(text).results().map(part).toList();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file);
    }

    /** Of all modules and folders, but not of those that a build changes meanwhile. */
    private static List<Path> files(String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(
                ROOT,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes facts) {
                        String name = dir.getFileName().toString();
                        return name.equals("target") || name.equals(".git")
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes facts) {
                        if (file.toString().endsWith(ending)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        return found;
    }
}
