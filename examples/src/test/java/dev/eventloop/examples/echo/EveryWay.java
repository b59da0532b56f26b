package dev.eventloop.examples.echo;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs a test once with each valid combination of a backend and a trigger. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0} {1}")
@CsvSource({"epoll,LEVEL", "epoll,EDGE", "poll,LEVEL", "select,LEVEL"})
@interface EveryWay {}
