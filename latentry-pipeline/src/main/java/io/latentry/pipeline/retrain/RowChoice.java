package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.CalibrationSample;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.evaluation.Folds;
import io.latentry.core.monitoring.FeedbackWord;
import io.latentry.core.promotion.MovedTail;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.clean.CleanConfig;
import io.latentry.pipeline.clean.Cleaning;
import io.latentry.pipeline.clean.RowCleaner;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.retrain.rows.Feedback;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.pipeline.retrain.rows.RecentTable;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which rows are normal now, and which of them are kept apart to judge by.
 *
 * @param fates of each row
 * @param heldOut rows that nothing learns from
 * @param threshold the champion's
 * @param tail the score up to which an alarm is the tail of a normal that moved
 * @param judged rows that the champion judged and nobody said anything of
 * @param alarms of them, but for those that a move of columns explains
 * @param undone of the rows, the scores once that move is undone; as they are where none explains
 * @param unexplained whether scores went up and no move of columns explains it
 * @param falseAlarms alarms that belong to the normal of now
 * @param repeated rows drawn that are copies of earlier ones, or as many as all rows of the span
 *     say; empty where copies could not be told from rows that repeat anyway
 * @param elsewhere rows of the data that are not held, by their fate
 * @param each rows of the span that one drawn stands for
 */
record RowChoice(
    Fate[] fates,
    boolean[] heldOut,
    double threshold,
    double tail,
    int judged,
    int alarms,
    float[] undone,
    boolean unexplained,
    int falseAlarms,
    Optional<Long> repeated,
    Map<Fate, Long> elsewhere,
    double each) {
  /** Runs of time, of which each fifth, the last among them, is kept apart. */
  private static final int RUNS = 25;

  private static final int EACH = 5;

  /** Of the champion's normal rows; where more are like another, copies tell nothing. */
  private static final double MOST_ALIKE = 0.02;

  /** Rows in the same order as before that are a stretch. */
  private static final int LEAST_STRETCH = 3;

  /** What the forest finds strange is left out if the champion calls it so rare. */
  private static final double RARE = 0.03;

  /** Rows beyond the tail of the bulk, as many as may be left out. */
  private static final double MOST_BEYOND = 0.05;

  private static final double MOST_OF_BULK = 0.5;

  /** Fewer rows have no outliers to speak of. */
  private static final int FEWEST_TO_CLEAN = 100;

  static RowChoice of(
      RecentRows recent,
      Manifest champion,
      Optional<Double> days,
      Optional<String> normal,
      Feedback feedback,
      FitConfig config,
      Kind kind,
      Progress listener) {
    int count = recent.count();
    Fate[] fates = new Fate[count];
    double since = since(recent, days);
    boolean repeats = kind.tellsCopies();
    boolean isSample = recent.sample().leavesOut();
    boolean[] copies = repeats && !isSample ? copies(recent, since) : new boolean[count];
    Threshold threshold = champion.threshold().current();
    int told = 0;
    for (int i = 0; i < count; i++) {
      String key = recent.key(i);
      FeedbackWord word = feedback.of(key, i).orElse(null);
      told += feedback.byKey().containsKey(key) ? 1 : 0;
      if (recent.hasTimes() && !(recent.times()[i] >= since)) {
        fates[i] = Fate.OUTSIDE;
      } else if (recent.isAdded(i)) {
        boolean isAnomaly = word == FeedbackWord.CONFIRMED || isOther(recent, i, normal);
        fates[i] = isAnomaly ? Fate.ADDED_ANOMALY : Fate.ADDED_NORMAL;
      } else if (recent.isNoSample(i)) {
        fates[i] = Fate.NO_SAMPLE;
      } else if (!recent.scorable()[i]) {
        fates[i] = Fate.UNSCORABLE;
      } else if (word == FeedbackWord.CONFIRMED) {
        fates[i] = Fate.CONFIRMED;
      } else if (word == FeedbackWord.KNOWN_EVENT) {
        fates[i] = Fate.KNOWN_EVENT;
      } else if (isOther(recent, i, normal)) {
        fates[i] = Fate.OTHER_LABEL;
      } else if (copies[i]) {
        fates[i] = Fate.REPEATED;
      } else {
        fates[i] = word == FeedbackWord.FALSE_ALARM ? Fate.SAID_NORMAL : Fate.NORMAL;
      }
    }
    if (!feedback.byKey().isEmpty() && told == 0 && recent.sample().told() == 0) {
      throw new DataException(
          "feedback: on %,d rows, none of which is among the data (expected: the numbers that `latentry score` gives the rows of these data, or --feedback-key with a column that both have)"
              .formatted(feedback.byKey().size()));
    }
    int[] unsaid = where(fates, i -> fates[i] == Fate.NORMAL);
    double[] scores = IntStream.of(unsaid).mapToDouble(i -> recent.scores()[i]).toArray();
    double bulk =
        scores.length == 0 || ColumnChanges.scoreShift(champion, scores).isEmpty()
            ? threshold.score()
            : MovedTail.bound(champion.calibration().scores(), threshold.score(), scores);
    int[] ordered = UndoneMoves.byTime(recent, unsaid);
    float[] before = new float[ordered.length];
    for (int k = 0; k < ordered.length; k++) {
      before[k] = recent.scores()[ordered[k]];
    }
    Optional<UndoneMoves> moves =
        kind.judge()
            .flatMap(
                judge -> UndoneMoves.of(champion, recent.rows().select(ordered), before, judge));
    // The bulk tells as much where it leaves out few, and most rows are of it.
    boolean explained =
        moves.map(UndoneMoves::explains).orElse(false)
            && (above(scores, bulk) > MOST_BEYOND * scores.length
                || above(scores, threshold.score()) > MOST_OF_BULK * scores.length);
    float[] undone = recent.scores().clone();
    for (int k = 0; explained && k < ordered.length; k++) {
      undone[ordered[k]] = moves.get().scores()[k];
    }
    double tail = explained ? threshold.score() : bulk;
    int[] alarms =
        where(fates, i -> fates[i] == Fate.NORMAL && recent.scores()[i] > threshold.score());
    for (int i : alarms) {
      // NaN is none of the normal of now.
      fates[i] = undone[i] <= tail ? Fate.TAIL : Fate.STRANGE;
    }
    int strange = explained ? where(fates, i -> fates[i] == Fate.STRANGE).length : alarms.length;
    if (kind.isCleaned()) {
      clean(recent, undone, champion, tail - threshold.score(), fates, config, listener);
    }
    spare(fates, undone, (int) Math.ceil(threshold.falseAlarmRate() * unsaid.length));
    int falseAlarms = where(fates, i -> fates[i] == Fate.TAIL || fates[i] == Fate.SPARED).length;
    boolean[] heldOut = heldOut(recent, fates, kind.runs(recent, fates, RUNS), config.seed());
    kind.settle(recent, fates, heldOut);
    return new RowChoice(
        fates,
        heldOut,
        threshold.score(),
        explained ? Math.max(tail, highest(fates, recent.scores())) : tail,
        unsaid.length,
        strange,
        undone,
        moves.map(UndoneMoves::failsTo).orElse(false),
        falseAlarms,
        repeats ? Optional.of(repeated(recent, fates)) : Optional.empty(),
        Map.of(
            Fate.OUTSIDE,
            recent.sample().outside(),
            Fate.NOT_DRAWN,
            recent.read() - recent.sample().outside() - count),
        each(recent.sample().notDrawn(), where(fates, i -> fates[i].isDrawn()).length));
  }

  private static double each(long notDrawn, int drawn) {
    return drawn == 0 ? 1 : (double) (notDrawn + drawn) / drawn;
  }

  private static long repeated(RecentRows recent, Fate[] fates) {
    double share = recent.sample().repeated();
    return Double.isNaN(share)
        ? where(fates, i -> fates[i] == Fate.REPEATED).length
        : Math.round(share * where(fates, i -> fates[i].isDrawn()).length);
  }

  private static long above(double[] scores, double bound) {
    return Arrays.stream(scores).filter(score -> score > bound).count();
  }

  /** The score up to which alarms are the tail of the normal of now. */
  private static double highest(Fate[] fates, float[] scores) {
    return IntStream.of(where(fates, i -> fates[i] == Fate.TAIL))
        .mapToDouble(i -> scores[i])
        .max()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  /** The row numbers with one of some fates, in order. */
  int[] rows(IntPredicate wanted) {
    return where(fates, wanted);
  }

  /** Rows that are learned from; kept apart or not. */
  int[] learned(boolean apart) {
    return where(fates, i -> fates[i].isLearned() && heldOut[i] == apart);
  }

  /** Rows that calibrate and never train; kept apart or not. */
  int[] calibrating(boolean apart) {
    return where(fates, i -> fates[i].onlyCalibrates() && heldOut[i] == apart);
  }

  int count(Fate fate) {
    return where(fates, i -> fates[i] == fate).length;
  }

  /** Rows of the span that were looked at, and stand for all of it. */
  int[] drawn() {
    return where(fates, i -> fates[i].isDrawn());
  }

  /** Rows of the data that met each fate; those that none met are left out. */
  Map<Fate, Long> counts() {
    Map<Fate, Long> counts = new EnumMap<>(Fate.class);
    elsewhere.forEach((fate, count) -> counts.merge(fate, count, Long::sum));
    for (Fate fate : fates) {
      counts.merge(fate, 1L, Long::sum);
    }
    counts.values().removeIf(count -> count == 0);
    return counts;
  }

  /** The first time that is looked at. */
  private static double since(RecentRows recent, Optional<Double> days) {
    if (days.isEmpty()) {
      return Double.NEGATIVE_INFINITY;
    }
    double last =
        Arrays.stream(recent.times()).filter(t -> !Double.isNaN(t)).max().orElse(Double.NaN);
    return RecentTable.since(days, last, recent.cells()[0], recent.source());
  }

  private static boolean isOther(RecentRows recent, int row, Optional<String> normal) {
    return recent.labels().length > 0 && RecentTable.isOther(recent.labels()[row], normal);
  }

  /** Whether the champion's normal rows are so different that rows alike are copies. */
  static boolean normalsHardlyRepeat(Manifest champion) {
    Set<List<Object>> kinds = new HashSet<>();
    champion
        .normals()
        .forEach(
            row ->
                kinds.add(
                    List.of(Arrays.hashCode(row.numeric()), Arrays.asList(row.categorical()))));
    return champion.normals().size() - kinds.size() <= MOST_ALIKE * champion.normals().size();
  }

  /**
   * Rows of a stretch that came before in the same order, as of a day that was delivered twice. A
   * row that is like another by itself is no copy: rows may repeat.
   */
  private static boolean[] copies(RecentRows recent, double since) {
    boolean[] copies = new boolean[recent.count()];
    Map<List<Object>, Long> last = new HashMap<>();
    long lag = 0;
    int length = 0;
    for (int i = 0; i < copies.length; i++) {
      if (i > 0 && recent.place(i) > recent.place(i - 1) + 1) {
        lag = 0;
        length = 0;
      }
      boolean outside = recent.hasTimes() && !(recent.times()[i] >= since);
      Long before = outside ? null : last.put(content(recent, i), recent.place(i));
      long now = before == null ? 0 : recent.place(i) - before;
      length = now == 0 ? 0 : now == lag ? length + 1 : 1;
      lag = now;
      for (int k = 0; k < Math.min(length, LEAST_STRETCH) && length >= LEAST_STRETCH; k++) {
        copies[i - k] = true;
      }
    }
    return copies;
  }

  private static List<Object> content(RecentRows recent, int row) {
    Rows rows = recent.rows();
    int width = rows.schema().numericCount();
    int names = rows.schema().categoricalCount();
    return List.of(
        new BigInteger(bytes(rows.numeric(), row * width, width)),
        Arrays.asList(Arrays.copyOfRange(rows.categorical(), row * names, (row + 1) * names)));
  }

  private static byte[] bytes(float[] values, int from, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + count * Float.BYTES).put((byte) 1);
    for (int j = 0; j < count; j++) {
      bytes.putFloat(values[from + j]);
    }
    return bytes.array();
  }

  /**
   * Of the strange rows the mildest, as many as normal rows alone would have alarms: without them
   * the threshold would come to lie lower with every retraining.
   */
  private static void spare(Fate[] fates, float[] scores, int most) {
    IntStream.of(where(fates, i -> fates[i] == Fate.STRANGE))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> scores[i]))
        .limit(most)
        .forEach(i -> fates[i] = Fate.SPARED);
  }

  /** By time each fifth run, so that the last is among them; else a fifth by the seed. */
  private static boolean[] heldOut(RecentRows recent, Fate[] fates, int runs, long seed) {
    int[] some = where(fates, i -> fates[i].isDrawn());
    boolean[] heldOut = new boolean[fates.length];
    if (!recent.hasTimes()) {
      int[] order = Folds.shuffle(some.length, seed ^ 0x51ed270bL);
      for (int k = 0; k < some.length / EACH; k++) {
        heldOut[some[order[k]]] = true;
      }
      return heldOut;
    }
    int[] ordered =
        IntStream.of(some)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> recent.times()[i]))
            .mapToInt(i -> i)
            .toArray();
    for (int k = 0; k < ordered.length; k++) {
      int run = (int) ((long) k * runs / ordered.length);
      heldOut[ordered[k]] = run % EACH == EACH - 1;
    }
    return heldOut;
  }

  /**
   * Rows that lie apart from all others by an isolation forest, and that are rare to the champion
   * too, though no alarm. Either judge alone is wrong about too many: a forest finds one row in
   * twenty strange where values have long tails.
   *
   * @param scores of the rows, a move of columns undone
   * @param moved by how much the scores of normal rows went up
   */
  private static void clean(
      RecentRows recent,
      float[] scores,
      Manifest champion,
      double moved,
      Fate[] fates,
      FitConfig config,
      Progress listener) {
    int[] candidates = where(fates, i -> fates[i].isLearned());
    if (candidates.length < FEWEST_TO_CLEAN) {
      return;
    }
    listener.stage("cleaning");
    Cleaning cleaning =
        new RowCleaner(
                new CleanConfig(CleanConfig.Method.FOREST, null, 1),
                config,
                step -> listener.progress(step.step(), step.steps()))
            .clean(recent.rows().select(candidates));
    CalibrationSample sample = champion.calibration().sample();
    for (Cleaning.DroppedRow dropped : cleaning.dropped()) {
      int row = candidates[dropped.index()];
      if (fates[row] != Fate.SAID_NORMAL && sample.pValue(scores[row] - moved) <= RARE) {
        fates[row] = Fate.UNUSUAL;
      }
    }
  }

  private static int[] where(Fate[] fates, IntPredicate wanted) {
    return IntStream.range(0, fates.length).filter(wanted).toArray();
  }
}
