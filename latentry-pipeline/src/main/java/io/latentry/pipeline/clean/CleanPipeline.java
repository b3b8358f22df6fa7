package io.latentry.pipeline.clean;

import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.DataSplit;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.Profiler;
import io.latentry.ingest.table.TableProfile;
import io.latentry.ingest.write.TableCopy;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.data.TableData;
import io.latentry.pipeline.data.TrainingData;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * Writes a table without the normal rows that do not look normal. Rows with another label, and rows
 * that no model could use, are not judged and come out as they are.
 *
 * <p>Where there are many rows, the judges learn from a sample of them, and the others are judged
 * in a further pass: memory does not grow with the rows.
 */
public final class CleanPipeline {
  /** Dropped rows that are held where the judges learned from a sample. */
  public static final int MOST_TOLD = 10_000;

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
   * @param rowsRead all rows of the data
   * @param learnedFrom rows that the judges learned from: all that are judged, or a sample of them
   * @param judged rows
   * @param dropped of these; those that a judge found are {@code byForest} and {@code byVae}
   * @param strangest of the dropped rows, first those that are stranger: all of them, or where the
   *     judges learned from a sample the first {@value #MOST_TOLD}
   * @param notJudged rows with another label, or that cannot be used
   * @param unreadable rows among them that nothing was written of
   */
  public record Outcome(
      long rowsRead,
      int learnedFrom,
      long judged,
      long dropped,
      long byForest,
      long byVae,
      List<Dropped> strangest,
      long notJudged,
      long unreadable) {

    public Outcome {
      strangest = List.copyOf(strangest);
    }
  }

  /**
   * @param row 0-based, of the data
   */
  public record Dropped(int row, Cleaning.DroppedRow why) {}

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
      TableData data =
          TableData.read(source, profile, "learned from", request.fit().data(), listener);
      TrainingData.Counts counts = data.counts();
      if (counts.normal() < DataSplit.FEWEST_ROWS) {
        throw new DataException(
            "normal rows: %d%s (expected: at least %d to tell strange ones from)"
                .formatted(
                    counts.normal(),
                    counts.looked() < counts.read()
                        ? " among the %,d that are learned from".formatted(counts.looked())
                        : "",
                    DataSplit.FEWEST_ROWS));
      }
      int[] all = IntStream.range(0, counts.normal()).toArray();
      listener.stage("training judges");
      RowCleaner.Learned learned =
          new RowCleaner(
                  request.config(),
                  request.fit(),
                  progress -> listener.progress(progress.step(), progress.steps()))
              .learn(data.points(all));
      learned.cleaning().notes().forEach(listener::notice);
      boolean sampled = counts.looked() < counts.read();
      try (DroppedRows dropped =
          new DroppedRows(request.droppedTo(), sampled ? MOST_TOLD : Integer.MAX_VALUE)) {
        long judged =
            counts.normal()
                + (sampled
                    ? judgeFurther(source, data, learned, dropped)
                    : tell(data, learned.cleaning(), dropped));
        long unreadable = write(request, source, profile, dropped);
        dropped.commit();
        return new Outcome(
            counts.read(),
            counts.normal(),
            judged,
            dropped.count(),
            dropped.byForest(),
            dropped.byVae(),
            dropped.strangest(),
            counts.read() - judged,
            unreadable);
      }
    }
  }

  /** The strangest first; no row is further. */
  private static long tell(TableData data, Cleaning cleaning, DroppedRows dropped) {
    int[] places =
        data.places(cleaning.dropped().stream().mapToInt(Cleaning.DroppedRow::index).toArray());
    for (int i = 0; i < places.length; i++) {
      dropped.add(places[i], cleaning.dropped().get(i));
    }
    return 0;
  }

  /**
   * Judges the rows that were not learned from, batch by batch; all that are dropped are told in
   * the order of the data.
   *
   * @return how many were judged
   */
  private long judgeFurther(
      DataSource source, TableData data, RowCleaner.Learned learned, DroppedRows dropped) {
    listener.stage("judging the other rows of " + source.name());
    Deque<Dropped> ofSample = new ArrayDeque<>();
    learned.cleaning().dropped().stream()
        .sorted(Comparator.comparingInt(Cleaning.DroppedRow::index))
        .forEach(row -> ofSample.add(new Dropped(data.places(new int[] {row.index()})[0], row)));
    FurtherRows judges = new FurtherRows(learned);
    LongAdder judged = new LongAdder();
    data.eachFurther(
        source,
        listener.reading(),
        further -> {
          judged.add(further.places().length);
          for (Cleaning.DroppedRow row :
              judges.dropped(further.places(), (Rows) further.samples())) {
            int place = further.places()[row.index()];
            addBefore(place, ofSample, dropped);
            dropped.add(place, row);
          }
        });
    addBefore(Integer.MAX_VALUE, ofSample, dropped);
    return judged.sum();
  }

  private static void addBefore(int place, Deque<Dropped> ofSample, DroppedRows dropped) {
    while (!ofSample.isEmpty() && ofSample.peek().row() < place) {
      Dropped next = ofSample.remove();
      dropped.add(next.row(), next.why());
    }
  }

  private long write(
      Request request, DataSource source, TableProfile profile, DroppedRows dropped) {
    if (request.target().isEmpty()) {
      return profile.faultyRows();
    }
    Path target = request.target().get();
    listener.stage("writing " + target.getFileName());
    return new TableCopy(source, profile)
        .to(target, List.of(), row -> !dropped.has(row), listener.reading())
        .unreadable();
  }
}
