package dev.eventloop.lb.pool;

import java.nio.charset.StandardCharsets;

/**
 * Hashes that are the same on every machine and in every version, so that instances with the same
 * backend names send a source to the same backend.
 */
final class Hash {
    /** The odd number next to 2^64 divided by the golden ratio. */
    static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Hash() {}

    /**
     * The finalizer of SplitMix64 (Steele et al., 2014): every output bit depends on every input
     * bit.
     */
    static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    static long ofAddress(long high, long low) {
        return mix(mix(high + GOLDEN_GAMMA) ^ low);
    }

    /** FNV-1a of the UTF-8 bytes, mixed with a seed. */
    static long ofName(String name, long seed) {
        long hash = FNV_OFFSET;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return mix(hash ^ mix(seed));
    }
}
