package io.latentry.pipeline.retrain.rows;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.RowScreen;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.verdict.Verdict;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.ingest.read.StandardInput;
import io.latentry.ingest.table.Sampling;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.ReadAhead;
import io.latentry.pipeline.drift.RowTimes;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of a table, all those of the span or a sample of them, in memory that does not grow
 * with the rows.
 *
 * <p>A first pass takes the columns of times and words alone, and counts; a last one reads the
 * inputs. Rows that are not drawn are not judged. Those that people spoke of are few, and so some
 * of them are held beside the sample: they are told from it, since they are more than their share.
 */
public final class RecentTable {
  private static final int BATCH_ROWS = 8_192;
  private static final double MILLIS_PER_DAY = 86_400_000.0;

  /** Of the sample: so many rows of feedback are held beside it, and as many of a label. */
  private static final double MOST_ADDED = 0.25;

  private static final Schema NO_INPUTS = new Schema(List.of(), List.of());

  private final Scorer scorer;
  private final DataSource source;
  private final Asked asked;
  private final Progress listener;
  private final List<String> keep = new ArrayList<>();
  private final int time;
  private final int label;
  private final int key;
  private final int said;
  private final Map<String, FeedbackWord> told;

  /**
   * What is looked at.
   *
   * @param time column of the rows' times; empty without one
   * @param label column that says what a row is; empty without one
   * @param normal its value on normal rows
   * @param key column that feedback names rows by; empty if by their number
   * @param days the last days; empty for all rows
   * @param feedback of a table; empty if nobody asks what people said
   * @param sampleRows at most so many rows, or {@link Sampling#ALL}
   * @param copies whether copies of earlier rows are counted where not all rows are held
   */
  public record Asked(
      Optional<String> time,
      Optional<String> label,
      Optional<String> normal,
      Optional<String> key,
      Optional<Double> days,
      Optional<Feedback> feedback,
      int sampleRows,
      boolean copies) {}

  private RecentTable(Scorer scorer, DataSource source, Asked asked, Progress listener) {
    this.scorer = scorer;
    this.source = source;
    this.asked = asked;
    this.listener = listener;
    this.time = place(asked.time());
    this.label = place(asked.label());
    this.key = place(asked.key());
    this.said = place(asked.feedback().flatMap(words -> RecentRows.said(source.columnNames())));
    this.told = asked.feedback().map(Feedback::byKey).orElse(Map.of());
  }

  /**
   * @throws DataException if there is no row, or a word that nobody knows
   */
  public static RecentRows read(
      Scorer scorer, List<String> data, StandardInput input, Asked asked, Progress listener) {
    try (DataSource source =
        DataSource.open(data, ReadOptions.asFitted(scorer.manifest()), input)) {
      return new RecentTable(scorer, source, asked, listener).read();
    }
  }

  /**
   * The first time that is looked at.
   *
   * @param last time of all rows; NaN if none has one
   * @param cell the first of the times, as written
   */
  public static double since(Optional<Double> days, double last, String cell, String source) {
    if (days.isEmpty()) {
      return Double.NEGATIVE_INFINITY;
    }
    if (Double.isNaN(last)) {
      throw new DataException(
          source + ": no row has a time that can be read (expected: times, for --days)");
    }
    if (last < RowTimes.FIRST) {
      throw new IllegalArgumentException(
          "--days: %s with times such as '%s' (expected: moments; plain numbers count in no days); leave it out and give the rows that are meant"
              .formatted(days.get(), cell));
    }
    return last - days.get() * MILLIS_PER_DAY;
  }

  private int place(Optional<String> column) {
    column.filter(name -> !keep.contains(name)).ifPresent(keep::add);
    return column.map(keep::indexOf).orElse(-1);
  }

  private static String cell(RowBatch batch, int column, int row) {
    return column < 0 ? "" : batch.kept()[column][row];
  }

  private RecentRows read() {
    Survey all = survey(Double.NEGATIVE_INFINITY);
    double since = since(asked.days(), all.last, all.firstCell, source.name());
    boolean allAtMost = !Sampling.of(all.rows, asked.sampleRows()).leavesOut();
    Survey span = allAtMost || asked.days().isEmpty() ? all : survey(since);
    Held held = new Held(since, span, all);
    Manifest manifest = scorer.manifest();
    try (RowReader reader = source.rows(manifest.schema(), keep, BATCH_ROWS, listener.reading())) {
      listener.stage("judging " + source.name());
      ReadAhead.each(reader, held::judge, held::add);
      return held.rows(RecentRows.unknown(reader.unusedColumns(), manifest));
    }
  }

  /** What a pass over the columns beside the inputs counts. */
  private static final class Survey {
    /** Of the data, all of them. */
    private long rows;

    private double last = Double.NaN;
    private String firstCell = "";
    private long told;
    private long said;

    /** Of the span. */
    private long within;

    private long ofFeedback;
    private long ofLabel;
  }

  private Survey survey(double since) {
    Survey survey = new Survey();
    listener.stage("reading " + source.name());
    try (RowReader reader = source.rows(NO_INPUTS, keep, BATCH_ROWS, listener.reading())) {
      while (reader.hasNext()) {
        RowBatch batch = reader.next();
        for (int i = 0; i < batch.rows().count(); i++) {
          String cell = cell(batch, time, i);
          survey.firstCell = survey.rows == 0 ? cell : survey.firstCell;
          survey.rows++;
          survey.told += told.containsKey(key(batch, i)) ? 1 : 0;
          survey.said += cell(batch, said, i).isBlank() ? 0 : 1;
          double at = time < 0 ? since : RowTimes.of(cell);
          if (at > survey.last || Double.isNaN(survey.last)) {
            survey.last = at;
          }
          Voice voice = voice(batch, i);
          if (at >= since) {
            survey.within++;
            survey.ofFeedback += voice == Voice.FEEDBACK ? 1 : 0;
            survey.ofLabel += voice == Voice.LABEL ? 1 : 0;
          }
        }
      }
    }
    if (survey.rows == 0) {
      throw new DataException(source.name() + ": no row (expected: rows to learn from)");
    }
    return survey;
  }

  /** Who says of a row that it is to be learned, or to be found. */
  private enum Voice {
    NOBODY,
    FEEDBACK,
    LABEL
  }

  private Voice voice(RowBatch batch, int row) {
    String recorded = cell(batch, said, row);
    Optional<FeedbackWord> inData =
        recorded.isBlank()
            ? Optional.empty()
            : Optional.of(Feedback.inData(source.name(), batch.firstRow() + row, recorded));
    FeedbackWord word =
        Optional.ofNullable(told.get(key(batch, row))).or(() -> inData).orElse(null);
    if (word == FeedbackWord.KNOWN_EVENT) {
      return Voice.NOBODY;
    }
    if (word != FeedbackWord.CONFIRMED && isOther(cell(batch, label, row), asked.normal())) {
      return Voice.LABEL;
    }
    return word == null ? Voice.NOBODY : Voice.FEEDBACK;
  }

  /** Whether a label is another than that of normal rows; without one a row is not known. */
  public static boolean isOther(String label, Optional<String> normal) {
    return !label.isEmpty() && !normal.map(label::equals).orElse(true);
  }

  private String key(RowBatch batch, int row) {
    if (told.isEmpty()) {
      return "";
    }
    return key < 0 ? String.valueOf(batch.firstRow() + row) : cell(batch, key, row);
  }

  /**
   * Rows of a batch that are held, and what the champion says of them.
   *
   * @param places in the batch
   * @param added {@code boolean[places.length]}
   */
  private record Chosen(int[] places, boolean[] added, Rows rows, Judgements judgements) {}

  /** The rows that are held, as they come. */
  private final class Held {
    private final double since;
    private final Survey all;
    private final long within;
    private final Sampling.Draw ofSpan;
    private final Sampling.Draw ofFeedback;
    private final Sampling.Draw ofLabel;
    private final @Nullable CopyCount copies;
    private final RowScreen screen;
    private final List<Rows> parts = new ArrayList<>();
    private final List<String[][]> kept = new ArrayList<>();
    private final float[] scores;
    private final boolean[] scorable;
    private final boolean[] added;
    private final long[] places;
    private int count;
    private long outside;
    private long notDrawn;
    private TimeRange range = TimeRange.NONE;
    private @Nullable String firstReason;

    Held(double since, Survey span, Survey all) {
      this.since = since;
      this.all = all;
      this.within = span.within;
      Sampling sampling = Sampling.of(within, asked.sampleRows());
      int most = (int) Math.max(1, MOST_ADDED * sampling.kept());
      Sampling feedback = Sampling.of(span.ofFeedback, most);
      Sampling labels = Sampling.of(span.ofLabel, most);
      this.ofSpan = sampling.draw();
      this.ofFeedback = feedback.draw();
      this.ofLabel = labels.draw();
      this.copies =
          asked.copies() && sampling.leavesOut() ? new CopyCount(CopyCount.MOST_FOLLOWED) : null;
      this.screen = new RowScreen(scorer.manifest().schema());
      int room = sampling.kept() + (sampling.leavesOut() ? feedback.kept() + labels.kept() : 0);
      this.scores = new float[room];
      this.scorable = new boolean[room];
      this.added = new boolean[room];
      this.places = new long[room];
    }

    Chosen judge(RowBatch batch) {
      int count = batch.rows().count();
      int[] chosen = new int[count];
      boolean[] beside = new boolean[count];
      int howMany = 0;
      for (int i = 0; i < count; i++) {
        String cell = cell(batch, time, i);
        double at = time < 0 ? since : RowTimes.of(cell);
        if (!(at >= since)) {
          outside++;
          follow(null, i);
          continue;
        }
        if (time >= 0) {
          range = range.with(at, cell);
        }
        follow(batch.rows(), i);
        boolean drawn = ofSpan.keeps();
        boolean spokenOf =
            switch (voice(batch, i)) {
              case FEEDBACK -> ofFeedback.keeps();
              case LABEL -> ofLabel.keeps();
              case NOBODY -> false;
            };
        notDrawn += drawn ? 0 : 1;
        if (drawn || spokenOf) {
          chosen[howMany] = i;
          beside[howMany] = !drawn;
          howMany++;
        }
      }
      int[] picked = Arrays.copyOf(chosen, howMany);
      Rows rows = howMany == count ? batch.rows() : batch.rows().select(picked);
      return new Chosen(picked, Arrays.copyOf(beside, howMany), rows, scorer.judge(rows));
    }

    /**
     * @param rows null for a row that copies are not looked for among
     */
    private void follow(@Nullable Rows rows, int row) {
      if (copies == null) {
        return;
      }
      if (rows == null || screen.reasonAgainst(rows, row) != null) {
        copies.gap();
      } else {
        copies.add(CopyCount.content(rows, row));
      }
    }

    void add(RowBatch batch, Chosen chosen) {
      Judgements judged = chosen.judgements();
      // What people said of a row that nobody can judge tells nothing.
      int[] some =
          IntStream.range(0, chosen.places().length)
              .filter(i -> !chosen.added()[i] || judged.verdict(i) != Verdict.UNSCORABLE)
              .toArray();
      for (int i : some) {
        scores[count] = judged.score(i);
        scorable[count] = judged.verdict(i) != Verdict.UNSCORABLE;
        added[count] = chosen.added()[i];
        places[count] = batch.firstRow() + chosen.places()[i];
        if (!scorable[count] && firstReason == null) {
          firstReason = judged.reason(i);
        }
        count++;
      }
      parts.add(some.length == chosen.rows().count() ? chosen.rows() : chosen.rows().select(some));
      String[][] cells = new String[keep.size()][];
      Arrays.setAll(
          cells,
          j ->
              IntStream.of(some)
                  .mapToObj(i -> batch.kept()[j][chosen.places()[i]])
                  .toArray(String[]::new));
      kept.add(cells);
    }

    RecentRows rows(Set<String> unknown) {
      String[] cells = column(time);
      boolean leavesOut = notDrawn > 0;
      return new RecentRows(
          source.name(),
          source.names(),
          Rows.concat(scorer.manifest().schema(), parts),
          Arrays.copyOf(scores, count),
          Arrays.copyOf(scorable, count),
          new boolean[0],
          Arrays.stream(cells).mapToDouble(RowTimes::of).toArray(),
          cells,
          column(label),
          column(key),
          column(said),
          new String[0],
          unknown,
          firstReason,
          new RowSample(
              Arrays.copyOf(places, count),
              leavesOut ? Arrays.copyOf(added, count) : new boolean[0],
              outside,
              notDrawn,
              all.told,
              all.said,
              copies == null ? Double.NaN : Math.min(1, copies.copies() / within),
              range));
    }

    private String[] column(int place) {
      return place < 0
          ? new String[0]
          : kept.stream().flatMap(cells -> Arrays.stream(cells[place])).toArray(String[]::new);
    }
  }
}
