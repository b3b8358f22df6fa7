package io.latentry.pipeline.clean;

import io.latentry.core.data.DataException;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.Sampling;
import io.latentry.ingest.table.TableProfile;
import io.latentry.ingest.write.OutputColumn;
import io.latentry.ingest.write.TableCopy;
import io.latentry.ingest.write.TableSink;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.data.TrainingData;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Writes a table without the normal rows that do not look normal. Rows with another label, and rows
 * that no model could use, are not judged and come out as they are.
 */
public final class CleanPipeline {
  private final Progress listener;

  public CleanPipeline(Progress listener) {
    this.listener = listener;
  }

  /**
   * What to clean.
   *
   * @param data files, globs or {@code -} for {@code input}
   * @param input spooled, since the data are read more than once
   * @param target the clean table; empty to write nothing
   * @param droppedTo a table of the dropped rows with their reasons; empty for none
   */
  public record Request(
      List<String> data,
      StandardInput input,
      FitConfig fit,
      CleanConfig config,
      Optional<Path> target,
      Optional<Path> droppedTo) {

    public Request {
      data = List.copyOf(data);
    }
  }

  /**
   * @param tableRows 0-based rows of the data behind {@link Cleaning#dropped}, in that order
   * @param rowsRead all rows of the data
   * @param notJudged rows with another label, or that cannot be used
   * @param unreadable rows among them that nothing was written of
   */
  public record Outcome(
      Cleaning cleaning, int[] tableRows, long rowsRead, long notJudged, long unreadable) {}

  /**
   * Judges and writes.
   *
   * @throws DataException if the data cannot be used
   */
  public Outcome clean(Request request) {
    try (DataSource source =
        DataSource.open(request.data(), request.fit().data().readOptions(), request.input())) {
      listener.stage("reading " + source.name());
      TableProfile profile = Profiler.profile(source, listener.reading());
      TrainingData data = TableData.read(source, profile, everyRow(request.fit().data()), listener);
      if (data.counts().normal() < DataSplit.FEWEST_ROWS) {
        throw new DataException(
            "normal rows: %d (expected: at least %d to tell strange ones from)"
                .formatted(data.counts().normal(), DataSplit.FEWEST_ROWS));
      }
      int[] all = IntStream.range(0, data.counts().normal()).toArray();
      listener.stage("training judges");
      Cleaning cleaning =
          new RowCleaner(
                  request.config(),
                  request.fit(),
                  progress -> listener.progress(progress.step(), progress.steps()))
              .clean(data.points(all));
      cleaning.notes().forEach(listener::notice);
      int[] tableRows =
          data.places(cleaning.dropped().stream().mapToInt(Cleaning.DroppedRow::index).toArray());
      long unreadable = write(request, source, profile, tableRows);
      request.droppedTo().ifPresent(file -> writeDropped(file, cleaning, tableRows));
      return new Outcome(
          cleaning,
          tableRows,
          data.counts().read(),
          data.counts().read() - data.counts().normal(),
          unreadable);
    }
  }

  /** What is not looked at could not be left out. */
  private static DataConfig everyRow(DataConfig config) {
    return config.toBuilder().sampleRows(Sampling.ALL).build();
  }

  private long write(Request request, DataSource source, TableProfile profile, int[] dropped) {
    if (request.target().isEmpty()) {
      return profile.faultyRows();
    }
    Path target = request.target().get();
    listener.stage("writing " + target.getFileName());
    Set<Long> out = new HashSet<>();
    for (int row : dropped) {
      out.add((long) row);
    }
    return new TableCopy(source, profile)
        .to(target, List.of(), row -> !out.contains(row), listener.reading())
        .unreadable();
  }

  private static void writeDropped(Path file, Cleaning cleaning, int[] tableRows) {
    List<OutputColumn> columns =
        List.of(
            OutputColumn.integer("row"),
            OutputColumn.number("isolation_forest"),
            OutputColumn.number("vae"),
            OutputColumn.text("column"),
            OutputColumn.text("value"),
            OutputColumn.text("usual"),
            OutputColumn.text("reason"));
    try (TableSink out = TableSink.open(file, columns)) {
      for (int i = 0; i < tableRows.length; i++) {
        Cleaning.DroppedRow row = cleaning.dropped().get(i);
        out.integer(tableRows[i])
            .number(row.forest())
            .number(row.vae())
            .text(row.column())
            .text(row.value())
            .text(row.usual())
            .text(row.reason())
            .endRow();
      }
      out.commit();
    }
  }
}
