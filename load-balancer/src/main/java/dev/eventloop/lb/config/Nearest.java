package dev.eventloop.lb.config;

import java.util.Collection;
import java.util.Locale;

/** Finds the name that a misspelled one may stand for. */
public final class Nearest {
    private Nearest() {}

    /** The one of {@code known} with the smallest edit distance; null if none is near. */
    public static String of(String text, Collection<String> known) {
        String wanted = text.toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
        String best = null;
        int fewest = Math.max(1, wanted.length() / 3) + 1;
        for (String candidate : known) {
            int apart = Math.abs(wanted.length() - candidate.length());
            int changes = apart < fewest ? distance(wanted, candidate) : apart;
            if (changes < fewest) {
                fewest = changes;
                best = candidate;
            }
        }
        return best;
    }

    /** The Levenshtein distance, computed a row at a time. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
