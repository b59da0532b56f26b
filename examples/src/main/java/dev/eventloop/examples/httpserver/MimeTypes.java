package dev.eventloop.examples.httpserver;

import java.util.Locale;

/** The media type of a file, by its extension. */
final class MimeTypes {
    private MimeTypes() {}

    static String of(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (ending) {
            case "html", "htm" -> "text/html; charset=utf-8";
            case "txt", "md", "log" -> "text/plain; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "csv" -> "text/csv; charset=utf-8";
            case "js", "mjs" -> "text/javascript; charset=utf-8";
            case "json", "map" -> "application/json";
            case "xml" -> "application/xml";
            case "pdf" -> "application/pdf";
            case "wasm" -> "application/wasm";
            case "zip" -> "application/zip";
            case "gz" -> "application/gzip";
            case "svg" -> "image/svg+xml";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            case "gif" -> "image/gif";
            case "webp" -> "image/webp";
            case "ico" -> "image/x-icon";
            case "woff2" -> "font/woff2";
            case "mp3" -> "audio/mpeg";
            case "mp4" -> "video/mp4";
            case "webm" -> "video/webm";
            default -> "application/octet-stream";
        };
    }
}
