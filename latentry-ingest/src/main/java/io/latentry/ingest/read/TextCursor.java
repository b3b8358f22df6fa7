package io.latentry.ingest.read;

import io.latentry.core.cell.CellText;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A pass over a text file whose records become {@link TextCells}, told apart by line. */
abstract class TextCursor implements RecordCursor {
  final String file;
  final DecodingReader reader;
  final TextCells cells;
  private final CountingInput counter;

  /** Of the record come to. */
  long line;

  @Nullable String fault;
  boolean undecodable;

  TextCursor(String file, DecodingReader reader, CountingInput counter, CellText meaning) {
    this.file = file;
    this.reader = reader;
    this.counter = counter;
    this.cells = new TextCells(meaning);
  }

  @Override
  public final String where() {
    return "line " + line;
  }

  @Override
  public final @Nullable String fault() {
    return fault;
  }

  @Override
  public final boolean undecodable() {
    return undecodable;
  }

  @Override
  public final boolean isMissing(int column) {
    return cells.isMissing(column);
  }

  @Override
  public final double number(int column) {
    return cells.number(column);
  }

  @Override
  public final boolean isTyped(int column) {
    return cells.isTyped(column);
  }

  @Override
  public final Point point(int column) {
    return cells.point(column);
  }

  @Override
  public final double truth(int column) {
    return cells.truth(column);
  }

  @Override
  public final double epochMillis(int column) {
    return cells.epochMillis(column);
  }

  @Override
  public final String text(int column) {
    return cells.text(column);
  }

  @Override
  public final long bytesRead() {
    return counter.count();
  }

  @Override
  public final void close() throws IOException {
    reader.close();
  }
}
