package dev.eventloop.select;

import java.util.Arrays;

/** A set of fds in the layout of select(2), one bit per fd; grows with the highest fd. */
final class FdSet {
    private long[] words = new long[16];

    void set(int fd, boolean member) {
        int word = fd / Long.SIZE;
        if (word >= words.length) {
            if (!member) {
                return;
            }
            words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
        }
        if (member) {
            words[word] |= 1L << fd;
        } else {
            words[word] &= ~(1L << fd);
        }
    }

    /** The bits of 64 fds; 0 beyond the end. */
    long word(int index) {
        return index < words.length ? words[index] : 0;
    }

    /** The index of the last word that holds a member, plus one. */
    int length() {
        int length = words.length;
        while (length > 0 && words[length - 1] == 0) {
            length--;
        }
        return length;
    }

    void clear() {
        Arrays.fill(words, 0);
    }
}
