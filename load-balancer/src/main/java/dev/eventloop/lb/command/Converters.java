package dev.eventloop.lb.command;

import dev.eventloop.lb.Algorithm;
import dev.eventloop.lb.Durations;
import dev.eventloop.lb.LoadBalancerBuilder;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** From the text of an option to its value, or a sentence that says what would be right. */
final class Converters {
    private Converters() {}

    static final class AlgorithmOption implements ITypeConverter<Algorithm> {
        @Override
        public Algorithm convert(String name) {
            for (Algorithm algorithm : Algorithm.values()) {
                if (algorithm.shortName().equals(name)) {
                    return algorithm;
                }
            }
            throw new TypeConversionException(
                    "\""
                            + name
                            + "\" is no algorithm; there are wrr, rr, least-conn, random2 and source-hash");
        }
    }

    static final class CountOption implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return WholeNumber.between(1, WholeNumber.GREATEST, text);
        }
    }

    static final class ThreadsOption implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return WholeNumber.between(1, LoadBalancerBuilder.MAX_THREADS, text);
        }
    }

    static final class RetriesOption implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return WholeNumber.between(0, WholeNumber.GREATEST, text);
        }
    }

    static final class PositiveDurationOption implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Duration duration = new DurationOption().convert(text);
            if (duration.isZero()) {
                throw new TypeConversionException(
                        "\"" + text + "\" is too short; it must be more than 0");
            }
            return duration;
        }
    }

    static final class DurationOption implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
