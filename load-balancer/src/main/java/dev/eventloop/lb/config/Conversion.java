package dev.eventloop.lb.config;

import dev.eventloop.lb.Durations;
import dev.eventloop.lb.HostText;
import dev.eventloop.lb.WholeNumbers;
import dev.eventloop.lb.access.Cidr;
import dev.eventloop.lb.access.SourcePrefix;
import dev.eventloop.lb.discovery.DnsOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Converts the text of a setting to its value. */
@FunctionalInterface
interface Conversion<T> {
    /** The limit of {@link DnsOptions}. */
    Duration LEAST_DNS_INTERVAL = Duration.ofSeconds(1);

    String UNIX = "unix:";

    /** What sun_path holds on every system: unix(7). */
    int MOST_PATH_BYTES = 103;

    Conversion<Integer> COUNT = wholeNumber(1, WholeNumbers.GREATEST);
    Conversion<Duration> TIME = Durations::parse;
    Conversion<Duration> POSITIVE_TIME = Conversion::positiveTime;
    Conversion<Rate> RATE = Conversion::rate;
    Conversion<SourcePrefix> SOURCE_PREFIX = Conversion::sourcePrefix;
    Conversion<List<String>> RANGES = Conversion::ranges;
    Conversion<InetSocketAddress> ADDRESS = Conversion::address;
    Conversion<SocketAddress> ADMIN_ADDRESS = Conversion::adminAddress;
    Conversion<InetSocketAddress> DNS_SERVER = Conversion::dnsServer;
    Conversion<Duration> DNS_INTERVAL = Conversion::dnsInterval;
    Conversion<String> NAME = Conversion::name;
    Conversion<Path> SOCKET_PATH = Conversion::socketPath;
    Conversion<Integer> PERCENT = Conversion::percent;
    Conversion<Boolean> FLAG = choice(List.of("true", "false"), Boolean::parseBoolean);

    /**
     * Converts a text.
     *
     * @throws IllegalArgumentException with a sentence that begins with the text, {@code "x" is
     *     ...}, and says what would be right
     */
    T convert(String text);

    /** A whole number in a range, without a sign. */
    static Conversion<Integer> wholeNumber(int least, int most) {
        return text -> {
            int number = WholeNumbers.parse(text);
            if (number < least || number > most) {
                throw wrong(text, "is not a whole number from " + least + " to " + most);
            }
            return number;
        };
    }

    /** One of several names. */
    static <T> Conversion<T> choice(List<String> names, Function<String, T> values) {
        Map<String, T> known = new LinkedHashMap<>();
        names.forEach(name -> known.put(name, values.apply(name)));
        return text -> {
            if (!known.containsKey(text)) {
                throw wrong(text, "is not " + orList(names));
            }
            return known.get(text);
        };
    }

    /** One or more of several names, with commas between them, each once. */
    static <T> Conversion<Set<T>> choices(List<String> names, Function<String, T> values) {
        Conversion<T> one = choice(names, values);
        return text -> {
            Set<T> chosen = new LinkedHashSet<>();
            for (String name : text.split(",", -1)) {
                if (!names.contains(name.strip()) || !chosen.add(one.convert(name.strip()))) {
                    throw wrong(
                            text,
                            "is not "
                                    + orList(names)
                                    + ", or several of them with commas, each once, such as "
                                    + String.join(",", names));
                }
            }
            return chosen;
        };
    }

    private static int percent(String text) {
        int number =
                text.endsWith("%") ? WholeNumbers.parse(text.substring(0, text.length() - 1)) : -1;
        if (number < 1 || number > 100) {
            throw wrong(text, "is no share; write a whole number from 1% to 100%, such as 10%");
        }
        return number;
    }

    private static String orList(List<String> names) {
        int last = names.size() - 1;
        return last == 0
                ? names.get(0)
                : String.join(", ", names.subList(0, last)) + " or " + names.get(last);
    }

    /** Takes the word {@code off} or {@code auto}, too, for a value without a text of its own. */
    default Conversion<T> or(String word, T value) {
        return text -> {
            if (text.equals(word)) {
                return value;
            }
            try {
                return convert(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(e.getMessage() + ", or " + word, e);
            }
        };
    }

    private static Duration positiveTime(String text) {
        Duration time = TIME.convert(text);
        if (time.isZero()) {
            throw wrong(text, "is too short; it must be more than 0");
        }
        return time;
    }

    private static Rate rate(String text) {
        int slash = text.indexOf('/');
        try {
            if (slash > 0) {
                return new Rate(
                        COUNT.convert(text.substring(0, slash)),
                        POSITIVE_TIME.convert(text.substring(slash + 1)));
            }
        } catch (IllegalArgumentException e) {
            throw wrong(text, "is no rate, since " + e.getMessage() + "; write for example 10/1s");
        }
        throw wrong(text, "is no rate; write connections and a time, such as 10/1s or 600/1m");
    }

    private static SourcePrefix sourcePrefix(String text) {
        int comma = text.indexOf(',');
        int v4 = comma < 0 ? 32 : WholeNumbers.parse(text.substring(0, comma));
        int v6 = WholeNumbers.parse(text.substring(comma + 1));
        try {
            return new SourcePrefix(v4, v6);
        } catch (IllegalArgumentException e) {
            throw wrong(
                    text,
                    "is no prefix of sources; write 1 to 128 for IPv6, such as 64, or both, IPv4"
                            + " first, such as 24,56");
        }
    }

    private static List<String> ranges(String text) {
        List<String> ranges = new ArrayList<>();
        for (String range : text.split(",", -1)) {
            Cidr.parse(range.strip());
            ranges.add(range.strip());
        }
        return ranges;
    }

    private static InetSocketAddress address(String text) {
        return address(text, "HOST:PORT or [IPV6]:PORT, such as 127.0.0.1:9000");
    }

    private static InetSocketAddress address(String text, String right) {
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? -1 : WholeNumbers.parse(text.substring(colon + 1));
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        boolean isHost = !host.isEmpty() && !HostText.hasStrangeCharacter(host);
        if (port < 0 || port > 65_535 || !isHost || (host.contains(":") && !bracketed)) {
            throw wrong(text, "is no address; write " + right);
        }
        return InetSocketAddress.createUnresolved(
                bracketed ? host.substring(1, host.length() - 1) : host, port);
    }

    private static SocketAddress adminAddress(String text) {
        if (!text.startsWith(UNIX)) {
            return address(
                    text, "unix:PATH, HOST:PORT or [IPV6]:PORT, such as unix:/run/admin.sock");
        }
        return unixAddress(text, text.substring(UNIX.length()), "unix:/run/admin.sock");
    }

    /** The path of a unix-domain socket, also as {@code unix:PATH}. */
    private static Path socketPath(String text) {
        String path = text.startsWith(UNIX) ? text.substring(UNIX.length()) : text;
        return unixAddress(text, path, "/run/next.sock").getPath();
    }

    private static UnixDomainSocketAddress unixAddress(String text, String path, String example) {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        boolean hasControls = path.chars().anyMatch(Character::isISOControl);
        try {
            if (!path.isBlank() && !hasControls && length <= MOST_PATH_BYTES) {
                return UnixDomainSocketAddress.of(path);
            }
        } catch (InvalidPathException e) {
            // it has characters that this system's file names cannot have
        }
        throw wrong(
                text,
                "has no path of 1 to "
                        + MOST_PATH_BYTES
                        + " bytes, without line breaks; write for example "
                        + example);
    }

    private static InetSocketAddress dnsServer(String text) {
        try {
            return DnsOptions.defaults().server(text).server();
        } catch (IllegalArgumentException e) {
            throw wrong(
                    text,
                    "is no DNS server; write IPV4[:PORT] or [IPV6][:PORT], such as 10.0.0.2:53");
        }
    }

    private static Duration dnsInterval(String text) {
        Duration interval = TIME.convert(text);
        if (interval.compareTo(LEAST_DNS_INTERVAL) < 0) {
            throw wrong(text, "is too short; it must be 1s or more");
        }
        return interval;
    }

    private static String name(String text) {
        if (text.isBlank()) {
            throw wrong(text, "is empty");
        }
        return text;
    }

    static IllegalArgumentException wrong(String text, String why) {
        return new IllegalArgumentException('"' + text + "\" " + why);
    }
}
