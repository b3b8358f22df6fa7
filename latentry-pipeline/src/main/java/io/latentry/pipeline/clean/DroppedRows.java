package io.latentry.pipeline.clean;

import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.clean.Cleaning.DroppedRow;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table that are dropped: counted, marked with one bit each, and written with their
 * reasons as they are found, so that no more are held than are to be told.
 */
final class DroppedRows implements AutoCloseable {
  private static final Comparator<CleanPipeline.Dropped> STRANGEST_FIRST =
      Comparator.comparingDouble((CleanPipeline.Dropped dropped) -> -dropped.why().strangeness())
          .thenComparingInt(CleanPipeline.Dropped::row);

  private final int mostTold;
  private final @Nullable TableSink file;
  private final BitSet rows = new BitSet();
  private final PriorityQueue<CleanPipeline.Dropped> strangest =
      new PriorityQueue<>(STRANGEST_FIRST.reversed());
  private long byForest;
  private long byVae;

  /**
   * @param file for all of them, in the order in which they are added; empty for none
   * @param mostTold that are held, the strangest
   */
  DroppedRows(Optional<Path> file, int mostTold) {
    this.mostTold = mostTold;
    this.file = file.isEmpty() ? null : TableSink.open(file.get(), columns());
  }

  private static List<OutputColumn> columns() {
    return List.of(
        OutputColumn.integer("row"),
        OutputColumn.number("isolation_forest"),
        OutputColumn.number("vae"),
        OutputColumn.text("column"),
        OutputColumn.text("value"),
        OutputColumn.text("usual"),
        OutputColumn.text("reason"));
  }

  /**
   * @param row 0-based, of the data
   */
  void add(int row, DroppedRow why) {
    rows.set(row);
    byForest += why.byForest() ? 1 : 0;
    byVae += why.byVae() ? 1 : 0;
    strangest.add(new CleanPipeline.Dropped(row, why));
    if (strangest.size() > mostTold) {
      strangest.remove();
    }
    if (file != null) {
      file.integer(row)
          .number(why.forest())
          .number(why.vae())
          .text(why.column())
          .text(why.value())
          .text(why.usual())
          .text(why.reason())
          .endRow();
    }
  }

  boolean has(long row) {
    return rows.get((int) row);
  }

  long count() {
    return rows.cardinality();
  }

  /** Those that the isolation forest found. */
  long byForest() {
    return byForest;
  }

  /** Those that a VAE found. */
  long byVae() {
    return byVae;
  }

  /** The strangest first. */
  List<CleanPipeline.Dropped> strangest() {
    return strangest.stream().sorted(STRANGEST_FIRST).toList();
  }

  /** Puts the file in its place. */
  void commit() {
    if (file != null) {
      file.commit();
    }
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
