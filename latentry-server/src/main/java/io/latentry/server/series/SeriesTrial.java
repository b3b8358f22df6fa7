package io.latentry.server.series;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.Rows;
import io.latentry.core.data.WindowSpec;
import io.latentry.core.data.Windows;
import io.latentry.core.graph.Output;
import io.latentry.core.series.ExpectedBand;
import io.latentry.core.series.SeriesEvent;
import io.latentry.core.series.SeriesEvents;
import io.latentry.core.series.SeriesPoints;
import io.latentry.core.series.SeriesSettings;
import io.latentry.core.series.SeriesState;
import io.latentry.core.series.WindowAssembler;
import io.latentry.core.verdict.Feature;
import io.latentry.core.verdict.Verdict;
import io.latentry.scoring.FeatureReader;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.SeriesScorer;
import io.latentry.scoring.SeriesScorer.PointJudgements;
import io.latentry.server.serving.ModelLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Points judged by themselves, to be looked at: no state that is kept of a key is used or changed,
 * and no tap hears of it. The points may be in any order, as those of a file.
 */
public final class SeriesTrial {
  /** Points that are judged at once; each has a figure for every value of its window. */
  private static final int AT_ONCE = 512;

  /** Channels that an event names. */
  private static final int LEADING = 3;

  /** Channels that are drawn. */
  private static final int MOST_CHANNELS = 12;

  private final ModelLease lease;
  private final Manifest manifest;
  private final SeriesSettings settings;
  private final WindowAssembler assembler;
  private final Duration within;
  private final Runnable step;

  /**
   * @param within how long the verdicts of some points may take
   * @param step is called before them
   */
  public SeriesTrial(ModelLease lease, Duration within, Runnable step) {
    this.lease = lease;
    this.manifest = lease.manifest();
    this.settings = SeriesMemory.settings(lease);
    this.assembler = new WindowAssembler(settings, manifest.schema());
    this.within = within;
    this.step = step;
  }

  /** How the points of a key came out. */
  public record KeyTally(String key, int points, int anomalies, int unscorable) {
    KeyTally plus(Verdict verdict) {
      return new KeyTally(
          key,
          points + 1,
          anomalies + (verdict == Verdict.ANOMALY ? 1 : 0),
          unscorable + (verdict == Verdict.UNSCORABLE ? 1 : 0));
    }
  }

  /**
   * A number of the points of a key.
   *
   * @param actual {@code double[points]}; NaN is missing
   * @param expected {@code double[points]}; NaN where a point cannot be judged
   * @param reach of the band about what is expected, to each side
   */
  public record Channel(String name, double[] actual, double[] expected, double reach) {}

  /**
   * The points of one key that have a time, in order of it.
   *
   * @param times {@code double[points]}, as the model's clock counts
   * @param scores {@code double[points]}: that are compared with the threshold; NaN where a point
   *     cannot be judged
   * @param channels those that contribute most first, at most {@value #MOST_CHANNELS}
   * @param channelCount of all that could be drawn
   * @param reasons why points cannot be judged, by the kind of reason
   */
  public record KeySeries(
      KeyTally tally,
      double[] times,
      double[] scores,
      double threshold,
      List<Channel> channels,
      int channelCount,
      List<SeriesEvent> events,
      Map<String, Integer> reasons) {}

  /**
   * How every key comes out, those with the most anomalies first. Of one without any time there is
   * nothing to see; so it is of points whose key is missing.
   */
  public List<KeyTally> tallies(SeriesPoints points) {
    Map<String, KeyTally> tallies = new LinkedHashMap<>();
    Set<String> timed = new HashSet<>();
    judge(
        points,
        order(points, Optional.empty()),
        Set.of(),
        (first, part, judged) -> {
          for (int i = 0; i < part.count(); i++) {
            String key = part.keys()[i];
            Verdict verdict = judged.judgements().verdict(i);
            if (!Double.isNaN(part.times()[i])) {
              boolean unused = timed.add(key);
            }
            tallies.compute(
                key,
                (k, tally) -> (tally == null ? new KeyTally(k, 0, 0, 0) : tally).plus(verdict));
          }
        });
    return tallies.values().stream()
        .filter(tally -> timed.contains(tally.key()))
        .sorted(
            Comparator.comparingInt(KeyTally::anomalies)
                .thenComparingInt(KeyTally::points)
                .reversed()
                .thenComparing(KeyTally::key))
        .toList();
  }

  /** The points of one key with all that is drawn of them. */
  public KeySeries of(SeriesPoints points, String key) {
    int[] order = order(points, Optional.of(key));
    int[] channels = numbers();
    Gathered gathered = new Gathered(order.length, channels.length);
    double[] weights = new double[channels.length];
    List<SeriesEvent> events = new ArrayList<>();
    SeriesEvents joined = new SeriesEvents(events::add);
    Map<String, Integer> reasons = new LinkedHashMap<>();
    KeyTally[] tally = {new KeyTally(key, 0, 0, 0)};
    double[] threshold = {Double.NaN};
    FeatureReader features = new FeatureReader(manifest);
    judge(
        points,
        order,
        FeatureReader.outputs(lease.outputs()),
        (first, part, judged) -> {
          Judgements judgements = judged.judgements();
          threshold[0] = judgements.threshold().score();
          for (int i = 0; i < part.count(); i++) {
            Verdict verdict = judgements.verdict(i);
            tally[0] = tally[0].plus(verdict);
            if (verdict == Verdict.UNSCORABLE) {
              int unused = reasons.merge(kind(judgements.reason(i)), 1, Integer::sum);
            } else {
              weigh(judged, i, channels, weights);
            }
            List<String> leading =
                verdict == Verdict.ANOMALY
                    ? features.top(judged.windows(), judgements.scores(), i, LEADING).stream()
                        .map(Feature::name)
                        .toList()
                    : List.of();
            // Where verdicts wait for later points, that of an earlier one; none at first.
            double time = judged.about()[i];
            if (!Double.isNaN(time)) {
              int at = first + i;
              while (at > 0 && points.times()[order[at]] > time) {
                at--;
              }
              joined.add(key, time, order[at], verdict, judgements.score(i), leading);
              boolean ownRow = settings.delay() == 0 && !settings.hasCells();
              Rows rows = ownRow ? part.rows() : judged.windows().judged();
              gathered.add(time, rows, i, judged, channels, verdict);
            }
          }
        });
    joined.finish();
    return new KeySeries(
        tally[0],
        gathered.times(),
        gathered.scores(),
        threshold[0],
        drawn(gathered, channels, weights),
        channels.length,
        List.copyOf(events),
        reasons);
  }

  /** Takes the verdicts on the points from {@code first} on of some order. */
  private interface Part {
    void take(int first, SeriesPoints part, PointJudgements judged);
  }

  private void judge(SeriesPoints points, int[] order, Set<Output> also, Part taken) {
    Map<String, SeriesState> states = new HashMap<>();
    for (int from = 0; from < order.length; from += AT_ONCE) {
      int[] places = Arrays.copyOfRange(order, from, Math.min(order.length, from + AT_ONCE));
      SeriesPoints part =
          new SeriesPoints(
              Arrays.stream(places).mapToObj(i -> points.keys()[i]).toArray(String[]::new),
              Arrays.stream(places).mapToDouble(i -> points.times()[i]).toArray(),
              points.rows().select(places));
      step.run();
      taken.take(
          from,
          part,
          SeriesScorer.judge(
              settings,
              assembler,
              part,
              key -> states.computeIfAbsent(key, k -> assembler.begin()),
              windows -> lease.judgeUntold(windows, also, within).join()));
    }
  }

  /** The places of the points by time; those of one key alone if it is named. */
  private static int[] order(SeriesPoints points, Optional<String> key) {
    return IntStream.range(0, points.count())
        .filter(i -> key.isEmpty() || key.get().equals(points.keys()[i]))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> points.times()[i]))
        .mapToInt(i -> i)
        .toArray();
  }

  /** The columns that are drawn: numbers that vary. */
  private int[] numbers() {
    List<Column> columns = manifest.schema().columns();
    return IntStream.range(0, manifest.schema().numericCount())
        .filter(j -> columns.get(j).type() != ColumnType.TIMESTAMP && !columns.get(j).isWatched())
        .toArray();
  }

  private static void weigh(PointJudgements judged, int point, int[] channels, double[] weights) {
    WindowSpec spec = judged.windows().spec();
    float[] contributions = FeatureReader.contributions(judged.judgements().scores());
    int from = point * spec.size() * spec.width();
    for (int t = 0; t < spec.size(); t++) {
      for (int c = 0; c < channels.length; c++) {
        weights[c] += Math.abs(contributions[from + t * spec.width() + channels[c]]);
      }
    }
  }

  private List<Channel> drawn(Gathered gathered, int[] channels, double[] weights) {
    return IntStream.range(0, channels.length)
        .boxed()
        .sorted(Comparator.comparingDouble(c -> -weights[c]))
        .limit(MOST_CHANNELS)
        .map(
            c -> {
              Column column = manifest.schema().columns().get(channels[c]);
              double offset = column.offset() == null ? 0 : column.offset();
              double[] actual = gathered.actual(c, offset);
              double[] expected = gathered.expected(c, offset);
              return new Channel(
                  column.name(),
                  actual,
                  expected,
                  ExpectedBand.reach(actual, expected, gathered::isNormal));
            })
        .toList();
  }

  private static String kind(String reason) {
    int end = reason.indexOf(':');
    return end < 0 ? reason : reason.substring(0, end);
  }

  /** What is drawn of the points of a key, one after the other. */
  private static final class Gathered {
    private final int width;
    private final double[] times;
    private final double[] scores;
    private final float[] actual;
    private final float[] expected;
    private final boolean[] normal;
    private int count;

    Gathered(int most, int width) {
      this.width = width;
      this.times = new double[most];
      this.scores = new double[most];
      this.actual = new float[most * width];
      this.expected = new float[most * width];
      this.normal = new boolean[most];
    }

    void add(
        double time, Rows rows, int i, PointJudgements judged, int[] channels, Verdict verdict) {
      Windows windows = judged.windows();
      WindowSpec spec = windows.spec();
      float[] rebuilt = judged.judgements().scores().values(Output.RECONSTRUCTION);
      boolean unscorable = verdict == Verdict.UNSCORABLE;
      times[count] = time;
      scores[count] = judged.judgements().score(i);
      normal[count] = verdict == Verdict.NORMAL;
      int judgedPoint = (i * spec.size() + spec.judged()) * spec.width();
      for (int c = 0; c < width; c++) {
        actual[count * width + c] = rows.numeric(i, channels[c]);
        expected[count * width + c] =
            unscorable
                ? Float.NaN
                : windows.told(i, channels[c], rebuilt[judgedPoint + channels[c]]);
      }
      count++;
    }

    boolean isNormal(int point) {
      return normal[point];
    }

    double[] times() {
      return Arrays.copyOf(times, count);
    }

    double[] scores() {
      return Arrays.copyOf(scores, count);
    }

    double[] actual(int channel, double offset) {
      return of(actual, channel, offset);
    }

    double[] expected(int channel, double offset) {
      return of(expected, channel, offset);
    }

    private double[] of(float[] values, int channel, double offset) {
      return IntStream.range(0, count)
          .mapToDouble(i -> values[i * width + channel] + offset)
          .toArray();
    }
  }
}
