package io.latentry.ingest.read;

/** The forms of a table that can be read and written as a stream of text. */
public enum TextFormat {
  CSV(".csv"),
  TSV(".tsv"),
  JSON_LINES(".jsonl");

  private final String suffix;

  TextFormat(String suffix) {
    this.suffix = suffix;
  }

  /** How a file of this form ends; what is said of such a file holds for the stream. */
  String suffix() {
    return suffix;
  }
}
