package dev.eventloop.lb.preface;

import java.util.Arrays;
import java.util.List;

/**
 * A hash table with the bytes of names as its keys, that is asked for a name and its ends. Open
 * addressing with linear probing, at most half full. Immutable.
 *
 * <p>The hash runs from a name's last byte to its first, so that one pass over the name has the
 * hash of each of its ends on the way.
 */
final class NameTable<V> {
    private static final int FNV_OFFSET = 0x811c9dc5;
    private static final int FNV_PRIME = 0x01000193;
    private static final int GOLDEN = 0x9e3779b9;

    private final byte[][] keys;
    private final List<V> values;

    /** For each slot the index of its key; -1 for a free one. */
    private final int[] slots;

    private final int shift;

    /** No two keys are the same; the value of each has the same index. */
    NameTable(List<byte[]> keys, List<V> values) {
        this.keys = keys.toArray(byte[][]::new);
        this.values = List.copyOf(values);
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, keys.size() * 2 - 1));
        shift = Integer.SIZE - bits;
        slots = new int[1 << bits];
        Arrays.fill(slots, -1);
        for (int i = 0; i < this.keys.length; i++) {
            slots[freeSlot(this.keys[i])] = i;
        }
    }

    private int freeSlot(byte[] key) {
        int hash = emptyHash();
        for (int at = key.length - 1; at >= 0; at--) {
            hash = hash(hash, key[at]);
        }
        int slot = firstSlot(hash);
        while (slots[slot] >= 0) {
            slot = next(slot);
        }
        return slot;
    }

    /** FNV-1a of no byte. */
    static int emptyHash() {
        return FNV_OFFSET;
    }

    /** The hash of a text, from that of the text without its first byte. */
    static int hash(int hashOfRest, byte first) {
        return (hashOfRest ^ (first & 0xff)) * FNV_PRIME;
    }

    /** What is there for the bytes from one index to before another; null if nothing is. */
    V find(byte[] name, int from, int to, int hash) {
        for (int slot = firstSlot(hash); slots[slot] >= 0; slot = next(slot)) {
            byte[] key = keys[slots[slot]];
            if (Arrays.equals(key, 0, key.length, name, from, to)) {
                return values.get(slots[slot]);
            }
        }
        return null;
    }

    /** The upper bits of a product depend on all bits of the hash. */
    private int firstSlot(int hash) {
        return (hash * GOLDEN) >>> shift;
    }

    private int next(int slot) {
        return (slot + 1) & (slots.length - 1);
    }
}
