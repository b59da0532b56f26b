package dev.eventloop.examples.httpserver;

import dev.eventloop.net.OpenFile;
import java.time.Instant;

/** Validators of a file's version, and conditional requests: RFC 9110, 8.8 and 13. */
final class Validators {
    final String etag;
    final String lastModified;
    private final long modified;

    /**
     * A file modified within the last second may change again without a new timestamp, so its tag
     * is weak.
     */
    Validators(OpenFile file) {
        modified = file.modifiedSeconds();
        lastModified = HttpDate.of(modified);
        boolean fresh = Instant.now().getEpochSecond() - modified < 2;
        etag =
                (fresh ? "W/\"" : "\"")
                        + Long.toHexString(modified)
                        + "-"
                        + Long.toHexString(file.size())
                        + "\"";
    }

    /** Returns OK, or the status to send instead. The order is from RFC 9110, 13.2.2. */
    int check(Request request) {
        if (request.ifMatch != null) {
            if (!lists(request.ifMatch, true)) {
                return Status.PRECONDITION_FAILED;
            }
        } else {
            long until = HttpDate.parse(request.ifUnmodifiedSince);
            if (until != HttpDate.NONE && modified > until) {
                return Status.PRECONDITION_FAILED;
            }
        }
        if (request.ifNoneMatch != null) {
            return lists(request.ifNoneMatch, false) ? Status.NOT_MODIFIED : Status.OK;
        }
        long since = HttpDate.parse(request.ifModifiedSince);
        return since != HttpDate.NONE && modified <= since ? Status.NOT_MODIFIED : Status.OK;
    }

    /** Returns whether to send a range, which requires that the client has this version. */
    boolean allowsRange(Request request) {
        String version = request.ifRange;
        if (version == null) {
            return true;
        }
        boolean tag = version.startsWith("\"") || version.startsWith("W/");
        return tag
                ? isStrong() && version.equals(etag)
                : isStrong() && HttpDate.parse(version) == modified;
    }

    private boolean isStrong() {
        return etag.startsWith("\"");
    }

    private boolean lists(String tags, boolean strongly) {
        for (String each : tags.split(",", -1)) {
            String tag = each.strip();
            boolean same =
                    strongly
                            ? isStrong() && tag.equals(etag)
                            : withoutWeakness(tag).equals(withoutWeakness(etag));
            if (same || tag.equals("*")) {
                return true;
            }
        }
        return false;
    }

    private static String withoutWeakness(String tag) {
        return tag.startsWith("W/") ? tag.substring(2) : tag;
    }
}
