package io.latentry.pipeline.retrain;

import io.latentry.core.artifact.Manifest;
import io.latentry.core.calibration.DesignEffect;
import io.latentry.core.data.Column;
import io.latentry.core.data.ColumnType;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.monitoring.RecordedFields;
import io.latentry.core.promotion.Gate;
import io.latentry.core.series.SeriesSettings;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.config.KeyScaling;
import io.latentry.pipeline.config.SeriesConfig;
import io.latentry.pipeline.data.SeriesData;
import io.latentry.pipeline.data.TrainingData;
import io.latentry.pipeline.drift.RowTimes;
import io.latentry.pipeline.image.ModelData;
import io.latentry.pipeline.retrain.rows.Feedback;
import io.latentry.pipeline.retrain.rows.RecentRows;
import io.latentry.pipeline.retrain.rows.RowSample;
import io.latentry.scoring.Scorer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Points of series, each judged by the window that ends with it. What is left out takes all windows
 * that hold it along, and no window that is learned from holds a point that is kept apart.
 */
final class SeriesKind implements Kind {
  /** A run of time is so many windows long at least, of each key. */
  private static final int LEAST_WINDOWS = 3;

  /** With the last fifth alone kept apart. */
  private static final int FEWEST_RUNS = 5;

  private final RetrainRequest request;
  private final Scorer champion;
  private final SeriesSettings settings;
  private final Progress listener;
  private final List<String> columns;

  SeriesKind(RetrainRequest request, Scorer champion, Progress listener) {
    this.request = request;
    this.champion = champion;
    this.settings = Objects.requireNonNull(champion.manifest().series());
    this.listener = listener;
    ModelData.requireTable(champion.manifest(), request.data());
    if (request.time().isPresent() && !request.time().get().equals(settings.time())) {
      throw new IllegalArgumentException(
          "--time: '%s' (expected: '%s', by which the model orders its points, or none)"
              .formatted(request.time().get(), settings.time()));
    }
    if (settings.hasCells() || settings.delay() > 0) {
      throw new DataException(
          "%s: a series %s (expected: one that judges each point by those before it alone, since what a strange point reaches is not counted otherwise yet); fit again on the recent points"
              .formatted(
                  request.champion(),
                  settings.hasCells() ? "of cells, by resample" : "judged with a delay"));
    }
    this.columns = TableKind.columns(request.data(), champion.manifest(), request.input());
  }

  @Override
  public Optional<String> time() {
    return Optional.of(settings.time());
  }

  @Override
  public Optional<String> label() {
    return TableKind.column(request.label(), champion.manifest().reading().label(), columns);
  }

  @Override
  public Optional<String> normal() {
    return request.normal().or(() -> label().flatMap(l -> champion.manifest().reading().normal()));
  }

  @Override
  public RecentRows read(Feedback feedback) {
    List<String> keep = new ArrayList<>(List.of(settings.time()));
    List.of(label(), request.feedbackKey(), RecentRows.said(columns))
        .forEach(column -> column.filter(c -> !keep.contains(c)).ifPresent(keep::add));
    PointVerdicts read =
        PointVerdicts.of(
            champion, request.data(), request.input(), keep, count -> row -> false, listener);
    String[] cells = read.kept()[0];
    return new RecentRows(
        read.source(),
        read.names(),
        read.rows(),
        read.compared(),
        read.said().judged(),
        read.noSample(),
        Arrays.stream(cells).mapToDouble(RowTimes::of).toArray(),
        cells,
        kept(read, keep, label()),
        kept(read, keep, request.feedbackKey()),
        kept(read, keep, RecentRows.said(columns)),
        read.series(),
        unknown(),
        read.firstReason(),
        RowSample.ALL);
  }

  /** Columns of the data that the model neither knows nor left out. */
  private Set<String> unknown() {
    Set<String> unused = new TreeSet<>(columns);
    champion.manifest().schema().columns().forEach(column -> unused.remove(column.name()));
    unused.remove(settings.time());
    settings.keys().forEach(unused::remove);
    label().ifPresent(unused::remove);
    request.feedbackKey().ifPresent(unused::remove);
    return RecentRows.unknown(unused, champion.manifest());
  }

  private static String[] kept(PointVerdicts read, List<String> keep, Optional<String> column) {
    return column.map(name -> read.kept()[keep.indexOf(name)]).orElseGet(() -> new String[0]);
  }

  /**
   * Window, columns and scaling stay as they came out, so that the weights mean what they meant.
   */
  @Override
  public FitConfig config(FitConfig own) {
    SeriesConfig series = Objects.requireNonNull(own.data().series());
    Map<String, ColumnType> types = new TreeMap<>(own.data().types());
    List<String> out = new ArrayList<>(own.data().exclude());
    Manifest manifest = champion.manifest();
    for (Column column : manifest.schema().columns()) {
      if (!column.name().equals(settings.time())) {
        types.put(column.name(), column.type());
      }
    }
    manifest
        .schema()
        .leftOut()
        .forEach(
            column -> {
              if (!out.contains(column.name())
                  && !column.name().equals(settings.time())
                  && !settings.keys().contains(column.name())) {
                out.add(column.name());
              }
            });
    label().filter(name -> !out.contains(name)).ifPresent(out::add);
    Stream.concat(unknown().stream(), columns.stream().filter(RecordedFields.ALL::contains))
        .filter(name -> !out.contains(name))
        .forEach(out::add);
    return own.withData(
        own.data().toBuilder()
            .label(null, null)
            .exclude(out)
            .types(types)
            .series(
                series
                    .withWindow(settings.window())
                    .withScale(settings.scales() == null ? KeyScaling.GLOBAL : KeyScaling.KEY))
            .build());
  }

  @Override
  public boolean tellsCopies() {
    return false;
  }

  @Override
  public Optional<Function<Rows, float[]>> judge() {
    return Optional.empty();
  }

  @Override
  public boolean isCleaned() {
    return false;
  }

  @Override
  public int runs(RecentRows recent, Fate[] fates, int usual) {
    long keys = Arrays.stream(recent.series()).distinct().count();
    long points = Arrays.stream(fates).filter(fate -> fate != Fate.OUTSIDE).count();
    return points >= (long) usual * LEAST_WINDOWS * settings.window() * keys ? usual : FEWEST_RUNS;
  }

  @Override
  public void settle(RecentRows recent, Fate[] fates, boolean[] heldOut) {
    int reach = settings.window() - 1;
    for (int[] key : byKey(recent, i -> fates[i] != Fate.OUTSIDE)) {
      int sinceOut = reach;
      int sinceChange = reach;
      for (int k = 0; k < key.length; k++) {
        int row = key[k];
        boolean member = fates[row].isMember();
        sinceOut = member ? sinceOut + 1 : 0;
        sinceChange = k > 0 && heldOut[row] != heldOut[key[k - 1]] ? 1 : sinceChange + 1;
        if ((fates[row].isLearned() || fates[row].onlyCalibrates())
            && (sinceOut <= reach || sinceChange <= reach)) {
          fates[row] = Fate.STRADDLING;
        }
      }
    }
  }

  /** Rows of each key that are {@code wanted}, in the order of time. */
  static List<int[]> byKey(RecentRows recent, IntPredicate wanted) {
    Map<String, List<Integer>> keys = new HashMap<>();
    IntStream.range(0, recent.count())
        .filter(i -> wanted.test(i) && !Double.isNaN(recent.times()[i]))
        .boxed()
        .sorted(Comparator.comparingDouble(i -> recent.times()[i]))
        .forEach(i -> keys.computeIfAbsent(recent.series()[i], key -> new ArrayList<>()).add(i));
    return new TreeMap<>(keys)
        .values().stream()
            .map(rows -> rows.stream().mapToInt(Integer::intValue).toArray())
            .toList();
  }

  /** By the scores of the points that are normal now, as the fit counts those that calibrate. */
  @Override
  public double effect(RecentRows recent, RowChoice choice) {
    List<double[]> runs =
        byKey(recent, i -> choice.fates()[i].isLearned() || choice.fates()[i].onlyCalibrates())
            .stream()
            .map(key -> IntStream.of(key).mapToDouble(i -> recent.scores()[i]).toArray())
            .toList();
    return runs.isEmpty() ? 1 : DesignEffect.of(runs, choice.tail()).factor();
  }

  @Override
  public Map<String, String> meaningless() {
    Map<String, String> reasons = new HashMap<>();
    reasons.put(
        Gate.REPEATED, "A point is one of its time: a copy of an earlier time is out of order.");
    reasons.put(
        Gate.VALIDATION_LOSS,
        "Each version standardises windows by its own normals, so that a nat of one is none of the"
            + " other: losses are not compared; alarms and what is found are.");
    if (champion.manifest().schema().columns().size() < 2) {
      reasons.put(Gate.GOING_TOGETHER, "A series of one channel has none that go together.");
    }
    if (request.frozen().isEmpty()) {
      reasons.put(
          Gate.PROMISE_FROZEN,
          "A model of series holds no windows of old; give points of old by --frozen to have the"
              + " promise held on them too.");
      reasons.put(
          Gate.RECALL_SHADOW_FROZEN,
          "A model of series holds no windows of old; give points of old by --frozen to have"
              + " anomalies made of them.");
    }
    return reasons;
  }

  @Override
  public OldNormals old(int recent, FitConfig config) {
    return OldNormals.onlyJudging(champion.manifest().schema(), request.frozen(), "points of");
  }

  @Override
  public TrainingData data(RecentRows recent, RowChoice choice, OldNormals old, FitConfig config) {
    Fate[] fates = choice.fates();
    SeriesData data =
        SeriesData.read(
            request.data(),
            request.input(),
            config.data(),
            row -> choice.heldOut()[row] || !fates[row].isMember(),
            row -> fates[row].onlyCalibrates(),
            listener);
    if (data.spec().width() != settings.spec(champion.manifest().schema()).width()) {
      throw new DataException(
          "%s: %d channels (expected: %d, as the model has); a channel that is the same at all points is none, and fit anew where channels came or went"
              .formatted(
                  recent.source(),
                  data.spec().width(),
                  settings.spec(champion.manifest().schema()).width()));
    }
    return data;
  }

  @Override
  public Contest contest(
      RecentRows recent,
      RowChoice choice,
      OldNormals old,
      Scorer challenger,
      Path file,
      FitConfig config) {
    return new SeriesContest(
        champion, challenger, request, recent, choice.learned(true), config.seed());
  }
}
