package io.latentry.pipeline.sample;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Requests to a web server, as CSV with a header: {@code time}, {@code client}, {@code method},
 * {@code path}, {@code query}, {@code protocol}, {@code status}, {@code bytes}, {@code referrer},
 * {@code user_agent}, {@code kind}. Sources and licences are in the README beside the files.
 */
public enum WebLog {
  /**
   * Four days of a real log, 10,000 requests: {@code kind} is {@code ordinary} or {@code probe}.
   */
  LOG("web-log.csv.gz"),
  /**
   * 400 requests of its last day that were given a parameter with a value from elsewhere: {@code
   * kind} is the kind of attack, or {@code harmless}.
   */
  PAYLOADS("web-payloads.csv.gz");

  private final String fileName;

  WebLog(String fileName) {
    this.fileName = fileName;
  }

  /** The lines, the header first; no cell has a line end. */
  public List<String> lines() throws IOException {
    InputStream packed = WebLog.class.getResourceAsStream(fileName);
    if (packed == null) {
      throw new IllegalStateException(fileName + ": not on the class path; build again");
    }
    try (InputStream in = new GZIPInputStream(packed)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
