package io.latentry.ingest.image;

/**
 * An image by its place.
 *
 * @param path below the root that was named, with {@code /} between folders
 * @param folder the name of the folder that holds it, such as {@code good}; empty where that has no
 *     name, as the root of a zip
 */
public record ImageFile(String path, String folder) {}
