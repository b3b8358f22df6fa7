package io.latentry.ingest.image;

import java.io.IOException;
import java.io.InputStream;

/** The bytes of an image, wherever they lie. */
interface StoredImage {
  InputStream open() throws IOException;

  /** Bytes, as the place where it lies says. */
  long size();

  /** Milliseconds since 1970 at which it was written last, as that place says. */
  long modified();
}
