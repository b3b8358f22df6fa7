package io.latentry.core.monitoring;

import io.latentry.core.calibration.SegmentThreshold;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A change of the threshold that what people said of recorded alarms speaks for, with what it would
 * have done to them, row by row.
 *
 * @param next the threshold that would be in force
 * @param changed the segment of it that is new, or has another score; empty of the common threshold
 * @param alarms that were recorded, of which {@code alarmsLeft} would still be alarms
 * @param falseAlarms of them that were called so, of which {@code falseLeft} would be
 * @param confirmed incidents, and single alarms, of which {@code confirmedLost} would have no alarm
 */
public record FeedbackProposal(
    Kind kind,
    Threshold next,
    Optional<SegmentThreshold> changed,
    long alarms,
    long alarmsLeft,
    long falseAlarms,
    long falseLeft,
    int confirmed,
    int confirmedLost) {
  /** Thresholds that are tried for a segment. */
  private static final int MOST_TRIED = 50;

  /** Values of a column that are tried as a segment. */
  private static final int MOST_VALUES = 50;

  /** What is changed. */
  public enum Kind {
    /** The common threshold. */
    THRESHOLD,
    /** The threshold of a segment. */
    SEGMENT,
    /** No row of a segment is an anomaly any more. */
    SUPPRESS
  }

  /**
   * What somebody said of an alarm.
   *
   * @param of the incident, or the single alarm, that it was said of
   * @param column that leads the incident; null if none does
   */
  public record Label(String of, FeedbackWord word, @Nullable String column) {}

  /**
   * Alarms that were recorded.
   *
   * @param scores {@code [rows.count()]}
   * @param labels {@code [rows.count()]}: what was said of each; null of most
   */
  public record Alarms(Rows rows, float[] scores, @Nullable Label[] labels) {
    private boolean is(int row, FeedbackWord word) {
      Label label = labels[row];
      return label != null && label.word() == word;
    }

    /** Those that are alarms still under a threshold. */
    private Alarms above(Threshold threshold) {
      double[] limits = threshold.limits(rows);
      int[] left =
          IntStream.range(0, scores.length).filter(row -> scores[row] > limits[row]).toArray();
      float[] leftScores = new float[left.length];
      @Nullable Label[] leftLabels = new Label[left.length];
      for (int i = 0; i < left.length; i++) {
        leftScores[i] = scores[left[i]];
        leftLabels[i] = labels[left[i]];
      }
      return new Alarms(rows.select(left), leftScores, leftLabels);
    }

    private List<Integer> called(FeedbackWord word) {
      List<Integer> called = new ArrayList<>();
      for (int row = 0; row < scores.length; row++) {
        if (is(row, word)) {
          called.add(row);
        }
      }
      return called;
    }
  }

  /** What {@code next} would have done to the alarms. */
  static FeedbackProposal replayed(
      Kind kind, Threshold next, Optional<SegmentThreshold> changed, Alarms alarms) {
    double[] limits = next.limits(alarms.rows());
    long left = 0;
    long falseAlarms = 0;
    long falseLeft = 0;
    Set<String> confirmed = new HashSet<>();
    Set<String> found = new HashSet<>();
    for (int row = 0; row < limits.length; row++) {
      boolean isLeft = alarms.scores()[row] > limits[row];
      left += isLeft ? 1 : 0;
      Label label = alarms.labels()[row];
      if (label != null && label.word() == FeedbackWord.FALSE_ALARM) {
        falseAlarms++;
        falseLeft += isLeft ? 1 : 0;
      } else if (label != null && label.word() == FeedbackWord.CONFIRMED) {
        confirmed.add(label.of());
        if (isLeft) {
          found.add(label.of());
        }
      }
    }
    return new FeedbackProposal(
        kind,
        next,
        changed,
        limits.length,
        left,
        falseAlarms,
        falseLeft,
        confirmed.size(),
        confirmed.size() - found.size());
  }

  /**
   * The best of each kind: it leaves the fewest false alarms, and of those that leave as many, the
   * most others. None loses a confirmed incident, and what is suppressed hides no confirmed alarm.
   * None lowers a threshold, whose rows that were no alarms are not among these.
   *
   * @param inForce whose segments stay
   * @param mayBe which common scores hide nothing that was confirmed beyond these alarms
   * @param recorded of which those count that are alarms under {@code inForce}
   * @return at most one of a kind, in the order of {@link Kind}; none that removes no false alarm
   */
  public static List<FeedbackProposal> of(
      Threshold inForce, Alarms recorded, DoublePredicate mayBe) {
    Alarms alarms = recorded.above(inForce);
    List<Integer> falseRows = alarms.called(FeedbackWord.FALSE_ALARM);
    if (falseRows.isEmpty()) {
      return List.of();
    }
    List<FeedbackProposal> best = new ArrayList<>();
    Consumer<Stream<FeedbackProposal>> keep =
        some ->
            some.filter(p -> p.confirmedLost() == 0 && p.falseLeft() < p.falseAlarms())
                .min(
                    Comparator.comparingLong(FeedbackProposal::falseLeft)
                        .thenComparingLong(p -> -p.alarmsLeft()))
                .ifPresent(best::add);
    keep.accept(
        tried(alarms, falseRows).stream()
            .filter(score -> score > inForce.score() && mayBe.test(score))
            .map(score -> replayed(Kind.THRESHOLD, at(inForce, score), Optional.empty(), alarms)));
    List<SegmentThreshold> segments = segments(alarms, falseRows);
    keep.accept(
        segments.stream()
            .flatMap(
                segment ->
                    tried(alarms, within(segment, alarms, falseRows)).stream()
                        .map(score -> scored(segment, score))
                        .map(s -> with(Kind.SEGMENT, inForce, s, alarms))));
    keep.accept(
        Stream.concat(segments.stream(), ranges(alarms, falseRows).stream())
            .filter(
                segment -> within(segment, alarms, alarms.called(FeedbackWord.CONFIRMED)).isEmpty())
            .map(segment -> with(Kind.SUPPRESS, inForce, segment, alarms)));
    return best;
  }

  private static Threshold at(Threshold inForce, double score) {
    return new Threshold(
        score,
        Threshold.Rule.MANUAL,
        inForce.falseAlarmRate(),
        inForce.falseAlarmRateUpperBound(),
        inForce.calibrationRows(),
        inForce.modelId(),
        inForce.origin(),
        inForce.segments());
  }

  /**
   * It takes the place of one of the same rows, or else comes last: a row that is in an earlier one
   * stays under that.
   */
  private static FeedbackProposal with(
      Kind kind, Threshold inForce, SegmentThreshold segment, Alarms alarms) {
    List<SegmentThreshold> segments = new ArrayList<>(inForce.segments());
    int place = 0;
    while (place < segments.size() && !segments.get(place).isOfSameRows(segment)) {
      place++;
    }
    if (place < segments.size()) {
      segments.set(place, segment);
    } else if (place < SegmentThreshold.MOST) {
      segments.add(segment);
    }
    return replayed(kind, inForce.with(segments, inForce.origin()), Optional.of(segment), alarms);
  }

  private static SegmentThreshold scored(SegmentThreshold of, double score) {
    return new SegmentThreshold(of.column(), of.value(), of.from(), of.to(), score);
  }

  /** Scores of false alarms, thinned out: above one of them, it and those below are none. */
  private static List<Double> tried(Alarms alarms, List<Integer> rows) {
    double[] scores =
        rows.stream().mapToDouble(row -> alarms.scores()[row]).distinct().sorted().toArray();
    List<Double> some = new ArrayList<>();
    int step = Math.max(1, scores.length / MOST_TRIED);
    for (int i = scores.length - 1; i >= 0; i -= step) {
      some.add(scores[i]);
    }
    return some;
  }

  private static List<Integer> within(SegmentThreshold segment, Alarms alarms, List<Integer> rows) {
    double[] in =
        new Threshold(0, Threshold.Rule.MANUAL, 1, 1, 1, "", "")
            .with(List.of(scored(segment, 1)), "")
            .limits(alarms.rows());
    return rows.stream().filter(row -> in[row] == 1).toList();
  }

  /** One name of a column that false alarms have. */
  private static List<SegmentThreshold> segments(Alarms alarms, List<Integer> rows) {
    Schema schema = alarms.rows().schema();
    int numbers = schema.numericCount();
    List<SegmentThreshold> all = new ArrayList<>();
    for (int j = 0; j < schema.columns().size(); j++) {
      Column column = schema.columns().get(j);
      Set<String> values = new TreeSet<>();
      for (int row : rows) {
        if (column.type() == ColumnType.CATEGORICAL) {
          values.add(alarms.rows().categorical(row, j - numbers));
        } else if (column.type() == ColumnType.BOOLEAN) {
          float truth = alarms.rows().numeric(row, j);
          if (!Float.isNaN(truth)) {
            values.add(String.valueOf(truth == 1));
          }
        }
      }
      values.stream()
          .limit(MOST_VALUES)
          .map(value -> new SegmentThreshold(column.name(), value, null, null, null))
          .forEach(all::add);
    }
    return all;
  }

  /** The numbers of the leading column that the false alarms of an incident have. */
  private static List<SegmentThreshold> ranges(Alarms alarms, List<Integer> rows) {
    Schema schema = alarms.rows().schema();
    List<SegmentThreshold> all = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int row : rows) {
      Label label = alarms.labels()[row];
      if (label == null || label.column() == null || !seen.add(label.of())) {
        continue;
      }
      for (int j = 0; j < schema.numericCount(); j++) {
        Column column = schema.columns().get(j);
        if (column.name().equals(label.column()) && column.type() == ColumnType.NUMERIC) {
          int place = j;
          double[] numbers =
              rows.stream()
                  .filter(other -> label.of().equals(of(alarms, other)))
                  .mapToDouble(other -> column.inOwnUnit(alarms.rows().numeric(other, place)))
                  .filter(Double::isFinite)
                  .toArray();
          if (numbers.length > 0) {
            all.add(
                new SegmentThreshold(
                    column.name(),
                    null,
                    Arrays.stream(numbers).min().orElseThrow(),
                    Arrays.stream(numbers).max().orElseThrow(),
                    null));
          }
        }
      }
    }
    return all;
  }

  private static String of(Alarms alarms, int row) {
    Label label = alarms.labels()[row];
    return label == null ? "" : label.of();
  }
}
