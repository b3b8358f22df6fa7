package io.latentry.pipeline.repair;

import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.TableProfile;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableCopy;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.scoring.Scorer;
import io.latentry.scoring.ScorerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes a table whose missing and implausible cells are replaced by what a model expects there.
 * Every column comes out, and one more, {@code changed}, that says what was changed. Rows stream
 * through.
 */
public final class RepairPipeline {
  /** Name of the added column. */
  public static final String CHANGED = "changed";

  private static final int BATCH_ROWS = 1_024;

  private final Progress listener;

  public RepairPipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * What to repair.
   *
   * @param data files, globs or {@code -} for {@code input}
   * @param input spooled, since the data are read more than once
   * @param cellsTo a table with one row for each changed cell; empty for none
   * @param implausible whether cells that make a row an anomaly are replaced, beside missing ones
   */
  public record Request(
      List<String> data,
      StandardInput input,
      Path target,
      Optional<Path> cellsTo,
      boolean implausible,
      long seed) {

    public Request {
      data = List.copyOf(data);
    }
  }

  /**
   * Repairs.
   *
   * @throws io.latentry.core.artifact.ArtifactException if {@code model} is no usable artifact
   * @throws io.latentry.core.data.DataException if the data cannot be read, or not written
   */
  public RepairOutcome repair(Path model, Request request) {
    try (Scorer scorer = Scorer.open(model, ScorerOptions.defaults());
        DataSource source =
            DataSource.open(
                request.data(), ReadOptions.asFitted(scorer.manifest()), request.input())) {
      listener.stage("reading " + source.name());
      TableProfile profile = Profiler.profile(source, listener.reading());
      listener.stage("repairing " + source.name());
      Mender mender = new Mender(scorer, profile, request.implausible(), request.seed());
      try (RowReader reader =
              source.rows(
                  scorer.manifest().schema(), mender.columns(), BATCH_ROWS, ReadListener.NONE);
          Cells cells = new Cells(request.cellsTo())) {
        Editor editor = new Editor(reader, mender, cells);
        TableCopy.Outcome copied =
            new TableCopy(source, profile)
                .to(
                    request.target(),
                    List.of(OutputColumn.text(CHANGED)),
                    editor,
                    listener.reading());
        cells.commit();
        return mender.outcome(copied.rows(), copied.unreadable());
      }
    }
  }

  /** Hands out the mended cells of each row, batch by batch. */
  private static final class Editor implements TableCopy.Editor {
    private final RowReader reader;
    private final Mender mender;
    private final Cells cells;
    private Mender.Batch batch = Mender.Batch.NONE;

    Editor(RowReader reader, Mender mender, Cells cells) {
      this.reader = reader;
      this.mender = mender;
      this.cells = cells;
    }

    @Override
    public boolean keeps(long row) {
      while (row >= batch.endRow()) {
        batch = mender.mend(reader.next());
      }
      return true;
    }

    @Override
    public @Nullable String changed(long row, String column) {
      return batch.of(row).stream()
          .filter(cell -> cell.column().equals(column))
          .map(RepairedCell::now)
          .findFirst()
          .orElse(null);
    }

    @Override
    public void append(long row, TableSink out) {
      List<RepairedCell> own = batch.of(row);
      own.forEach(cells::add);
      TableSink unused =
          out.text(
              own.stream()
                  .map(cell -> cell.told(mender.isNumber(cell.column())))
                  .collect(Collectors.joining("; ")));
    }
  }

  /** The table of changed cells, if one is wanted. */
  private static final class Cells implements AutoCloseable {
    private final Optional<TableSink> sink;

    Cells(Optional<Path> target) {
      this.sink =
          target.map(
              file ->
                  TableSink.open(
                      file,
                      List.of(
                          OutputColumn.integer("row"),
                          OutputColumn.text("column"),
                          OutputColumn.text("was"),
                          OutputColumn.text("now"),
                          OutputColumn.number("uncertainty"),
                          OutputColumn.text("reason"))));
    }

    void add(RepairedCell cell) {
      sink.ifPresent(
          out ->
              out.integer(cell.row())
                  .text(cell.column())
                  .text(cell.was())
                  .text(cell.now())
                  .number(cell.uncertainty())
                  .text(cell.reason().name().toLowerCase(java.util.Locale.ROOT))
                  .endRow());
    }

    void commit() {
      sink.ifPresent(TableSink::commit);
    }

    @Override
    public void close() {
      sink.ifPresent(TableSink::close);
    }
  }
}
