package io.latentry.pipeline.drift;

import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.artifact.Manifest;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.graph.Output;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.RowBatch;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.ReadAhead;
import io.latentry.pipeline.drift.DriftOutcome.Alarms;
import io.latentry.pipeline.drift.DriftOutcome.Call;
import io.latentry.pipeline.drift.DriftOutcome.Kind;
import io.latentry.pipeline.drift.DriftOutcome.Quantity;
import io.latentry.pipeline.image.ModelData;
import io.latentry.scoring.Judgements;
import io.latentry.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * From an artifact and a table of any length to what drifted, and what that does to alarms. Rows
 * stream through: memory is that of a few batches and of a sample, whatever the row count.
 */
public final class DriftPipeline {
  private static final int BATCH_ROWS = 8_192;

  /** Drifted columns that are undone one by one; each costs a pass over the sample. */
  private static final int MOST_UNDONE = 20;

  private static final int MOST_REASONS = 3;

  private final Progress listener;

  public DriftPipeline(Progress listener) {
    this.listener = listener;
  }

  /** Rows that were left out, and why. */
  private static final class Skipped {
    private long before;
    private long timeless;
  }

  /**
   * Compares the request's rows with the normal ones of the model.
   *
   * @throws ArtifactException if the model is one of series, or has no reference
   * @throws DataException if the data cannot be read, or have no row to compare
   * @throws IllegalArgumentException if {@code since} is no time, or nobody knows the times
   */
  public DriftOutcome compare(Scorer scorer, DriftRequest request) {
    Manifest manifest = scorer.manifest();
    ModelData.requireRows(manifest);
    if (manifest.series() != null) {
      throw new ArtifactException(
          "model "
              + manifest.modelId()
              + ": of series (expected: of a table; drift of series is not told yet);"
              + " `latentry score` tells its alarms");
    }
    Optional<String> time = request.time().or(() -> manifest.reading().time());
    if (request.since().isPresent() && time.isEmpty()) {
      throw new IllegalArgumentException(
          "--since: '%s' (expected: with --time COL, since the model knows no column of times)"
              .formatted(request.since().get()));
    }
    double since = request.since().map(DriftPipeline::moment).orElse(Double.NEGATIVE_INFINITY);
    Observed observed = new Observed(manifest.schema(), request.seed());
    Skipped skipped = new Skipped();
    try (DataSource source = DataSource.open(request.data(), request.reading(), request.input());
        RowReader reader =
            source.rows(
                manifest.schema(), time.stream().toList(), BATCH_ROWS, listener.reading())) {
      listener.stage("comparing " + source.name());
      ReadAhead.each(
          reader,
          batch -> since(batch, since, skipped),
          (batch, kept) -> {
            if (kept.rows().count() > 0) {
              observed.add(kept.rows(), scorer.judge(kept.rows()), kept.times());
            }
          });
      if (observed.verdicts().rows() == 0) {
        throw new DataException(
            source.name()
                + ": no row"
                + request.since().map(s -> " since '" + s + "'").orElse("")
                + " (expected: some to compare); "
                + (skipped.before + skipped.timeless > 0
                    ? "%,d rows were earlier, %,d had no time that can be read"
                        .formatted(skipped.before, skipped.timeless)
                    : "name a table with rows"));
      }
    }
    Set<Output> codes =
        scorer.outputs().contains(Output.LATENT_MEAN)
            ? EnumSet.of(Output.LATENT_MEAN)
            : EnumSet.noneOf(Output.class);
    DriftStudy study =
        new DriftStudy(
            manifest,
            observed,
            rows -> scorer.judge(rows, codes),
            time.isPresent(),
            !codes.isEmpty());
    return outcome(manifest, observed, study, scorer::judge, request, time, skipped);
  }

  /** Rows of a batch that are compared, with their times. */
  private record Kept(Rows rows, double[] times) {}

  private static Kept since(RowBatch batch, double since, Skipped skipped) {
    Rows rows = batch.rows();
    double[] times = new double[rows.count()];
    if (batch.kept().length == 0) {
      Arrays.fill(times, Double.NaN);
      return new Kept(rows, times);
    }
    Arrays.setAll(times, i -> RowTimes.of(batch.kept()[0][i]));
    double last = Arrays.stream(times).filter(t -> !Double.isNaN(t)).max().orElse(since);
    if (Double.isFinite(since) && (since < RowTimes.FIRST) != (last < RowTimes.FIRST)) {
      throw new IllegalArgumentException(
          "--since: not of the kind of the times, such as '%s' (expected: a moment where they are moments, a number where they are numbers)"
              .formatted(batch.kept()[0][0]));
    }
    if (since == Double.NEGATIVE_INFINITY) {
      return new Kept(rows, times);
    }
    int[] late = IntStream.range(0, times.length).filter(i -> times[i] >= since).toArray();
    long timeless = Arrays.stream(times).filter(Double::isNaN).count();
    skipped.timeless += timeless;
    skipped.before += times.length - late.length - timeless;
    return new Kept(rows.select(late), IntStream.of(late).mapToDouble(i -> times[i]).toArray());
  }

  private static double moment(String since) {
    double moment = RowTimes.of(since);
    if (Double.isNaN(moment)) {
      throw new IllegalArgumentException(
          "--since: '"
              + since
              + "' (expected: a moment such as 2024-02-29T13:05:00Z or 2024-02-29, or a number as the column has)");
    }
    return moment;
  }

  private DriftOutcome outcome(
      Manifest manifest,
      Observed observed,
      DriftStudy study,
      Function<Rows, Judgements> judge,
      DriftRequest request,
      Optional<String> time,
      Skipped skipped) {
    List<Quantity> quantities = study.quantities();
    Alarms alarms = study.alarms();
    List<String> notes = new ArrayList<>();
    List<Integer> drifted =
        IntStream.range(0, manifest.schema().columns().size())
            .filter(j -> quantities.get(j).call() == Call.DRIFT)
            .boxed()
            .sorted(Comparator.comparingDouble(j -> -quantities.get(j).size()))
            .toList();
    List<Quantity> told = new ArrayList<>(quantities);
    if (!drifted.isEmpty()) {
      listener.stage("scoring without each drift");
      AlarmEffects effects =
          new AlarmEffects(
              study.sample(),
              judge,
              alarms.promised(),
              rows -> new BackToNormal(rows, manifest.columnReference(), request.seed()));
      int undone = Math.min(MOST_UNDONE, drifted.size());
      for (int i = 0; i < undone; i++) {
        listener.progress(i, undone + 1L);
        int j = drifted.get(i);
        told.set(j, told.get(j).with(told.get(j).words(), effects.of(List.of(j))));
      }
      alarms = alarms.without(effects.of(drifted));
      if (undone < drifted.size()) {
        notes.add(
            "%d columns drifted; the %d largest drifts were undone one by one"
                .formatted(drifted.size(), undone));
      }
    }
    notes.addAll(notes(observed, skipped, time));
    told.sort(
        Comparator.comparing((Quantity q) -> q.call() == Call.DRIFT ? 0 : 1)
            .thenComparing(q -> q.call() == Call.DRIFT && q.kind() != Kind.COLUMN ? 1 : 0)
            .thenComparingDouble(q -> -DriftPipeline.alarmsMade(q))
            .thenComparingDouble(q -> -q.size()));
    boolean any = told.stream().anyMatch(q -> q.call() == Call.DRIFT);
    boolean tooFew =
        told.stream()
            .filter(q -> q.kind() != Kind.RATE)
            .allMatch(q -> q.call() == Call.TOO_FEW_ROWS);
    Call call = any ? Call.DRIFT : tooFew ? Call.TOO_FEW_ROWS : Call.NONE;
    double visible = study.visibleShift();
    return new DriftOutcome(
        call,
        DriftWords.summary(call, told, alarms, observed.verdicts().rows()),
        observed.verdicts().rows(),
        skipped.before + skipped.timeless,
        study.sample().count(),
        manifest.calibration().rows(),
        time.orElse(null),
        request.since().orElse(null),
        study.comparisons(),
        DriftStudy.FALSE_DISCOVERY_RATE,
        Double.isFinite(visible) ? visible : null,
        alarms,
        told,
        notes);
  }

  private static double alarmsMade(Quantity quantity) {
    DriftOutcome.AlarmEffect effect = quantity.alarms();
    return effect == null || effect.change() == DriftOutcome.Change.NONE
        ? 0
        : Math.abs(effect.alarms() - effect.alarmsWithout());
  }

  private static List<String> notes(Observed observed, Skipped skipped, Optional<String> time) {
    List<String> notes = new ArrayList<>();
    if (time.isEmpty()) {
      notes.add(
          "rows count as independent of each other; if they follow each other in time, name the"
              + " column with --time");
    }
    if (skipped.timeless > 0) {
      notes.add("%,d rows without a time were left out".formatted(skipped.timeless));
    }
    observed.verdicts().reasons().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(MOST_REASONS)
        .forEach(
            reason ->
                notes.add(
                    "%,d rows have no verdict: %s".formatted(reason.getValue(), reason.getKey())));
    return notes;
  }
}
