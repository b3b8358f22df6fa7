/**
 * From folders, zips and files to images of one size.
 *
 * <p>Start at {@link io.latentry.ingest.image.ImageSource}, which names the files; {@link
 * io.latentry.ingest.image.ImageLayout} says which of them are normal and which are masks; {@link
 * io.latentry.ingest.image.ImageReading} decodes many of them on several threads, each by {@link
 * io.latentry.ingest.image.ImageDecoder}.
 */
@NullMarked
package io.latentry.ingest.image;

import org.jspecify.annotations.NullMarked;
