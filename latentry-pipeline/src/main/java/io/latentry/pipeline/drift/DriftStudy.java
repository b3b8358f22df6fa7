package io.latentry.pipeline.drift;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.artifact.Manifest.ReferenceDistribution;
import io.latentry.core.calibration.Threshold;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.NovelValues;
import io.latentry.core.data.Novelty;
import io.latentry.core.data.Rows;
import io.latentry.core.data.Schema;
import io.latentry.core.drift.Dependence;
import io.latentry.core.drift.FalseDiscovery;
import io.latentry.core.drift.NumericShift;
import io.latentry.core.drift.SampleSizes;
import io.latentry.core.drift.ShareShift;
import io.latentry.core.drift.TextFigures;
import io.latentry.core.evaluation.ClopperPearson;
import io.latentry.core.evaluation.Interval;
import io.latentry.core.graph.Output;
import io.latentry.core.monitoring.LatentMean;
import io.latentry.pipeline.drift.DriftOutcome.Alarms;
import io.latentry.pipeline.drift.DriftOutcome.Aspect;
import io.latentry.pipeline.drift.DriftOutcome.Kind;
import io.latentry.pipeline.drift.DriftOutcome.Promise;
import io.latentry.pipeline.drift.DriftOutcome.Quantity;
import io.latentry.pipeline.drift.DriftOutcome.Unit;
import io.latentry.pipeline.score.ScoreOutcome;
import io.latentry.scoring.Judgements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares what was seen of some rows with what an artifact keeps of normal ones.
 *
 * <p>A quantity drifted if one of its comparisons is both beyond chance, over all comparisons
 * together, and as large as the least effect that matters.
 */
final class DriftStudy {
  /** Independent values below which nothing is said. */
  static final int FEWEST_ROWS = 100;

  /** The least change of a share of rows that is a drift: missing, new, without a verdict. */
  static final double LEAST_SHARE = 0.02;

  /** The least distance of numbers, in spreads. */
  static final double LEAST_SPREADS = 0.3;

  /** The same of terms and score, and upwards. */
  static final double LEAST_SPREADS_UP = 0.5;

  /** The least share of rows that would have to be of another category. */
  static final double LEAST_MIX = 0.1;

  /** How many times the promise alarms must be. */
  static final double LEAST_TIMES = 2;

  static final double FALSE_DISCOVERY_RATE = 0.05;

  /** Values of a reference below which it is none. */
  static final int FEWEST_REFERENCE = 20;

  /** Numbers of so few different normal values are compared as categories. */
  private static final int MOST_LEVELS = 5;

  private static final double[] NO_VALUES = {};

  private final Manifest manifest;
  private final Schema schema;
  private final Observed observed;
  private final Rows rows;
  private final Judgements judged;
  private final ScoreOutcome verdicts;
  private final Comparer comparer;
  private final double referenceRows;
  private final boolean coded;

  /** How scores that follow each other go together. */
  private final Dependence ofScores;

  private final Alarms alarms;
  private final List<Draft> drafts;

  /**
   * @param judge gives verdicts on rows
   * @param timed whether the sample is in order of time
   * @param coded whether verdicts come with latent means
   */
  DriftStudy(
      Manifest manifest,
      Observed observed,
      Function<Rows, Judgements> judge,
      boolean timed,
      boolean coded) {
    this.coded = coded;
    this.manifest = manifest;
    this.schema = manifest.schema();
    if (manifest.reference().size() != schema.columns().size() + 3) {
      throw new ArtifactException(
          "reference: %d distributions (expected: %d, of each column, both terms and the score);"
                  .formatted(manifest.reference().size(), schema.columns().size() + 3)
              + " fit the model again");
    }
    this.observed = observed;
    this.rows = observed.sample();
    this.judged = judge.apply(rows);
    this.verdicts = observed.verdicts();
    this.referenceRows = manifest.calibration().rows();
    this.comparer = new Comparer(timed, observed.sampledShare(), referenceRows);
    this.ofScores = ofScores();
    this.alarms = observedAlarms();
    this.drafts = drafts();
  }

  /** The rows whose values were compared, in order of time where it is known. */
  Rows sample() {
    return rows;
  }

  int comparisons() {
    return drafts.stream().mapToInt(draft -> draft.pValues().size()).sum();
  }

  /** Every quantity with what is said of it: columns, terms, score, shares of rows. */
  List<Quantity> quantities() {
    double[] pValues =
        drafts.stream().flatMap(d -> d.pValues().stream()).mapToDouble(p -> p).toArray();
    double[] adjusted = FalseDiscovery.adjusted(pValues);
    List<Quantity> quantities = new ArrayList<>();
    int from = 0;
    for (Draft draft : drafts) {
      int count = draft.pValues().size();
      quantities.add(
          draft.called(Arrays.copyOfRange(adjusted, from, from + count), FALSE_DISCOVERY_RATE));
      from += count;
    }
    return quantities;
  }

  private List<Draft> drafts() {
    List<Draft> all = new ArrayList<>();
    for (int j = 0; j < schema.columns().size(); j++) {
      all.add(column(j));
    }
    all.addAll(codes());
    List<ReferenceDistribution> last =
        manifest.reference().subList(schema.columns().size(), manifest.reference().size());
    all.add(output(last.get(0), Kind.TERM, Output.RECONSTRUCTION_TERM));
    all.add(output(last.get(1), Kind.TERM, Output.LATENT_TERM));
    all.add(output(last.get(2), Kind.SCORE, Output.SCORE));
    all.add(unscorable());
    all.add(alarmRate());
    return all;
  }

  private Draft column(int j) {
    Column column = schema.columns().get(j);
    ReferenceDistribution reference = manifest.reference().get(j);
    Draft draft = new Draft(column.name(), Kind.COLUMN);
    if (column.isIdentifier()) {
      // New rows have new names, and may have none.
      novel(draft, j, column, reference);
      return draft;
    }
    if (j < schema.numericCount()) {
      double[] now =
          IntStream.range(0, rows.count())
              .filter(i -> rows.fault(i) == null && Float.isFinite(rows.numeric(i, j)))
              .mapToDouble(i -> rows.numeric(i, j))
              .toArray();
      double[] before = doubles(reference.values());
      if (schema.ofText(j).isPresent()) {
        now = TextFigures.asNormal(before, now);
      }
      if (isOfLevels(column, before)) {
        comparer.levels(draft, before, now);
      } else {
        comparer.numbers(draft, before, now);
      }
    } else {
      categories(draft, reference, j - schema.numericCount());
    }
    missing(draft, j, reference);
    novel(draft, j, column, reference);
    return draft;
  }

  private static boolean isOfLevels(Column column, double[] values) {
    return column.type() == ColumnType.BOOLEAN
        || Arrays.stream(values).distinct().limit(MOST_LEVELS + 1).count() <= MOST_LEVELS;
  }

  private void categories(Draft draft, ReferenceDistribution reference, int column) {
    Map<String, Long> counts = observed.names(column);
    Map<String, Double> first = new TreeMap<>();
    Map<String, Double> shares = reference.frequencies();
    if (shares != null) {
      shares.forEach((name, of) -> first.put(name, of * referenceRows));
    }
    Map<String, Double> second = new TreeMap<>();
    counts.forEach((name, count) -> second.put(name, (double) count));
    long now = counts.values().stream().mapToLong(Long::longValue).sum();
    // How often the commonest name comes tells how the names of neighbours go together.
    String commonest =
        counts.entrySet().stream()
            .max(Map.Entry.comparingByValue())
            .map(Map.Entry::getKey)
            .orElse("");
    Dependence dependence =
        comparer.dependence(sampled(i -> rows.categorical(i, column).equals(commonest)));
    comparer.mix(
        draft, first, referenceRows * (1 - reference.missingShare()), second, now, dependence, 1);
  }

  private void missing(Draft draft, int j, ReferenceDistribution reference) {
    long now = observed.missing(j);
    long before = Math.round(reference.missingShare() * referenceRows);
    draft.shares(
        reference.missingShare(), observed.readable() == 0 ? 0 : share(now, observed.readable()));
    boolean changes = now > 0 || before > 0;
    Dependence dependence =
        !changes ? Dependence.NONE : comparer.dependence(sampled(i -> isMissing(i, j)));
    comparer.share(
        draft, Aspect.MISSING, before, (long) referenceRows, now, observed.readable(), dependence);
  }

  private boolean isMissing(int row, int j) {
    return j < schema.numericCount()
        ? Float.isNaN(rows.numeric(row, j))
        : rows.categorical(row, j - schema.numericCount()).isEmpty();
  }

  /** Values that training never saw, where something is made of them, and new names. */
  private void novel(Draft draft, int j, Column column, ReferenceDistribution reference) {
    Novelty novelty = column.novelty();
    long now;
    if (j < schema.numericCount()) {
      if (novelty == null) {
        return;
      }
      now = verdicts.novelties().getOrDefault(column.name(), 0L);
    } else {
      Set<String> known = new HashSet<>(column.categories());
      Map<String, Double> frequencies = reference.frequencies();
      known.addAll(frequencies == null ? Set.of() : frequencies.keySet());
      now =
          observed.names(j - schema.numericCount()).entrySet().stream()
              .filter(name -> !known.contains(name.getKey()))
              .mapToLong(Map.Entry::getValue)
              .sum();
    }
    long before = novelty == null ? (long) referenceRows : Math.max(1, novelty.rows());
    long all = observed.readable();
    Dependence dependence =
        now == 0 ? Dependence.NONE : comparer.dependence(sampled(i -> isNovel(i, column.name())));
    comparer.share(draft, Aspect.NOVEL, 0, before, Math.min(now, all), all, dependence);
  }

  private boolean isNovel(int row, String column) {
    NovelValues novel = judged.scores().novelties(row);
    return novel != null && novel.features().contains(column);
  }

  /** {@code [sample]}: 1 where something holds of a row, else 0. */
  private double[] sampled(IntPredicate holds) {
    return IntStream.range(0, rows.count()).mapToDouble(i -> holds.test(i) ? 1 : 0).toArray();
  }

  /**
   * Latent means of now beside those of the normal rows that the artifact keeps: columns that go
   * together otherwise than they did, each as it was, move or widen them.
   */
  private List<Draft> codes() {
    if (!coded) {
      return List.of();
    }
    float[] means = judged.scores().values(Output.LATENT_MEAN);
    float[] scores = judged.scores().values(Output.SCORE);
    int latent = judged.scores().width(Output.LATENT_MEAN);
    List<Draft> all = new ArrayList<>();
    for (LatentMean mean : LatentMean.of(manifest.normals())) {
      double[] now =
          IntStream.range(0, scores.length)
              .filter(i -> Float.isFinite(scores[i]))
              .mapToDouble(i -> means[i * latent + mean.dimension()])
              .toArray();
      Draft draft = new Draft(mean.name(), Kind.LATENT);
      comparer.numbers(draft, mean.normal(), now);
      all.add(draft);
    }
    return all;
  }

  private Draft output(ReferenceDistribution reference, Kind kind, Output output) {
    float[] values = judged.scores().values(output);
    double[] now =
        IntStream.range(0, judged.count())
            .filter(i -> Float.isFinite(values[i]))
            .mapToDouble(i -> values[i])
            .toArray();
    Draft draft = new Draft(reference.name(), kind);
    double[] before = doubles(reference.values());
    if (before.length > 0 && !(NumericShift.spread(before) > 0)) {
      return draft.of(now.length, now.length).tooFew();
    }
    comparer.strangeness(draft, before, now);
    return draft;
  }

  private Draft unscorable() {
    Manifest.Provenance fit = manifest.provenance();
    boolean pooled = manifest.calibration().method().equals("cross-validated");
    long normal =
        pooled
            ? fit.calibrationRows()
            : (long) fit.trainingRows() + fit.validationRows() + fit.calibrationRows();
    long before = fit.unusableRows();
    Draft draft =
        new Draft("unscorable", Kind.RATE)
            .of(verdicts.rows(), ofScores.independent((double) verdicts.rows(), 1))
            .together(ofScores)
            .shares(share(before, normal + before), share(verdicts.unscorable(), verdicts.rows()));
    comparer.share(
        draft,
        Aspect.SHARE,
        before,
        normal + before,
        verdicts.unscorable(),
        verdicts.rows(),
        comparer.dependence(sampled(i -> judged.scores().reasonAgainst(i) != null)));
    return draft;
  }

  private Draft alarmRate() {
    Double rate = alarms.rate();
    double independent = independentJudged();
    Draft draft =
        new Draft("alarms", Kind.RATE)
            .of(alarms.judged(), independent)
            .shares(alarms.promised(), rate == null ? 0 : rate);
    if (rate == null || independent < FEWEST_ROWS) {
      return draft.tooFew().compare(Aspect.SHARE, Unit.TIMES, 0, LEAST_TIMES, 1);
    }
    return draft.compare(
        Aspect.SHARE,
        Unit.TIMES,
        rate / alarms.promised(),
        LEAST_TIMES,
        ShareShift.pValueAbove(rate, independent, alarms.promisedAtMost()));
  }

  /** The observed rate against the promised one, without what undoing drifts would do. */
  Alarms alarms() {
    return alarms;
  }

  private Alarms observedAlarms() {
    Threshold threshold = manifest.threshold().current();
    long count = verdicts.normal() + verdicts.anomalies();
    double independent = independentJudged();
    long trials = Math.round(independent);
    Interval interval =
        count == 0
            ? new Interval(Double.NaN, 0, 1)
            : ClopperPearson.interval(
                Math.round(trials * share(verdicts.anomalies(), count)), Math.max(1, trials));
    Promise promise =
        independent < FEWEST_ROWS
            ? Promise.UNKNOWN
            : interval.low() > threshold.falseAlarmRateUpperBound()
                ? Promise.MORE
                : interval.high() < threshold.falseAlarmRate() / LEAST_TIMES
                    ? Promise.FEWER
                    : Promise.KEPT;
    return new Alarms(
        threshold.falseAlarmRate(),
        threshold.falseAlarmRateUpperBound(),
        verdicts.anomalies(),
        count,
        verdicts.unscorable(),
        count == 0 ? null : share(verdicts.anomalies(), count),
        interval.low(),
        interval.high(),
        promise,
        null);
  }

  private double independentJudged() {
    return ofScores.independent((double) verdicts.normal() + verdicts.anomalies(), 1);
  }

  private Dependence ofScores() {
    float[] scores = judged.scores().values(Output.SCORE);
    return comparer.dependence(
        IntStream.range(0, scores.length)
            .filter(i -> Float.isFinite(scores[i]))
            .mapToDouble(i -> scores[i])
            .toArray());
  }

  /** The least shift that would be called every other time, in spreads; NaN with too few rows. */
  double visibleShift() {
    double[] scores = doubles(manifest.reference().get(schema.columns().size() + 2).values());
    double now = ofScores.independent(rows.count(), observed.sampledShare());
    if (now < FEWEST_ROWS || scores.length < FEWEST_REFERENCE) {
      return Double.NaN;
    }
    double before =
        ofScores.independent(scores.length, scores.length / Math.max(scores.length, referenceRows));
    return Math.max(
        LEAST_SPREADS,
        NumericShift.visible(
            new SampleSizes(Math.max(2, before), now),
            FalseDiscovery.strictest(comparisons(), FALSE_DISCOVERY_RATE)));
  }

  private static double share(long hits, long of) {
    return of == 0 ? 0 : (double) hits / of;
  }

  private static double[] doubles(float @Nullable [] values) {
    if (values == null) {
      return NO_VALUES;
    }
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }
}
