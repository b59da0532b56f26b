package dev.eventloop.lb.config;

import dev.eventloop.lb.FrontendOptions;
import dev.eventloop.lb.LoadBalancerBuilder;
import dev.eventloop.lb.PoolOptions;
import java.util.Objects;
import java.util.function.BiConsumer;

/**
 * What a setting does to the options of its scope. Not a record, whose methods would be linked when
 * they are first called, which takes 10 ms of a start.
 *
 * @param <T> the type of the value
 * @param <O> the options: {@link LoadBalancerBuilder}, {@link FrontendOptions} or {@link
 *     PoolOptions}
 */
final class Effect<T, O> {
    private final Scope scope;
    private final Class<O> options;
    private final BiConsumer<O, T> action;

    private Effect(Scope scope, Class<O> options, BiConsumer<O, T> action) {
        this.scope = scope;
        this.options = options;
        this.action = action;
    }

    static <T> Effect<T, ?> onProcess(BiConsumer<LoadBalancerBuilder, T> action) {
        return new Effect<>(Scope.PROCESS, LoadBalancerBuilder.class, action);
    }

    static <T> Effect<T, ?> onFrontend(BiConsumer<FrontendOptions, T> action) {
        return new Effect<>(Scope.FRONTEND, FrontendOptions.class, action);
    }

    static <T> Effect<T, ?> onPool(BiConsumer<PoolOptions, T> action) {
        return new Effect<>(Scope.POOL, PoolOptions.class, action);
    }

    /** For a setting of the command itself, which the builder does not have. */
    static <T> Effect<T, ?> onCommand() {
        return new Effect<T, LoadBalancerBuilder>(Scope.PROCESS, LoadBalancerBuilder.class, null);
    }

    /**
     * For the port and the address of the default frontend, which other frontends write as bind.
     */
    static <T> Effect<T, ?> onDefaultFrontend() {
        return new Effect<T, FrontendOptions>(Scope.FRONTEND, FrontendOptions.class, null);
    }

    /** An action for all values but {@code usual}, which stands for what the options do anyway. */
    static <T, O> BiConsumer<O, T> unless(T usual, BiConsumer<O, T> action) {
        return (options, value) -> {
            if (!Objects.equals(value, usual)) {
                action.accept(options, value);
            }
        };
    }

    Scope scope() {
        return scope;
    }

    /** Whether it does anything to options of its scope. */
    boolean isOnOptions() {
        return action != null;
    }

    /** Does nothing to options of another scope. */
    void apply(Object target, T value) {
        if (action != null && options.isInstance(target)) {
            action.accept(options.cast(target), value);
        }
    }
}
