package io.latentry.bench.watch;

import io.latentry.bench.quality.QualityListener;
import io.latentry.bench.quality.RawTable;
import io.latentry.bench.quality.SetFolder;
import io.latentry.bench.quality.TestSet;
import io.latentry.bench.quality.WorkFolder;
import io.latentry.core.artifact.ArtifactException;
import io.latentry.core.data.DataException;
import io.latentry.core.data.Rows;
import io.latentry.core.monitoring.DriftFinding;
import io.latentry.core.monitoring.Quantity;
import io.latentry.ingest.read.DataSource;
import io.latentry.ingest.read.ReadListener;
import io.latentry.ingest.read.ReadOptions;
import io.latentry.ingest.read.RowReader;
import io.latentry.pipeline.Progress;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.pipeline.fit.FitPipeline;
import io.latentry.pipeline.fit.FitRequest;
import io.latentry.scoring.Scorer;
import io.latentry.training.TrainingException;
import io.latentry.training.fit.TrainingInterruptedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Fits a model on half of each set's normal rows and watches it over others, drawn hour by hour, by
 * the very looks of the service: quiet weeks, and days in which something of known kind and size
 * happens.
 */
public final class WatchBenchmark {
  private static final int MOST_LEARNED = 4_000;
  private static final int MOST_FRESH = 4_000;
  private static final int FEWEST_NORMALS = 1_000;
  private static final int HOURS_PER_DAY = 24;
  private static final int DAYS_PER_WEEK = 7;

  /** Days before something happens, and days in which it is looked for. */
  private static final int BEFORE = 8;

  private static final int AFTER = 2;

  private final QualityListener listener;
  private final int days;
  private final int rowsAnHour;

  /**
   * @param days of quiet weeks
   * @param rowsAnHour that come
   */
  public WatchBenchmark(int days, int rowsAnHour, QualityListener listener) {
    if (days < 1 || rowsAnHour < 1) {
      throw new IllegalArgumentException(
          "days: " + days + ", rows an hour: " + rowsAnHour + " (expected: 1 or more)");
    }
    this.days = days;
    this.rowsAnHour = rowsAnHour;
    this.listener = listener;
  }

  /**
   * @param folders of labelled sets
   * @param only names; empty for all
   * @throws IllegalArgumentException if there is no such folder, or no set of a name
   */
  public WatchFigures run(List<Path> folders, Set<String> only, FitConfig config) {
    List<Path> files = SetFolder.labelled(folders, only, config.data());
    List<WatchTrial> trials = new ArrayList<>();
    Map<String, String> failed = new TreeMap<>();
    long start = System.nanoTime();
    for (int f = 0; f < files.size(); f++) {
      String set = TestSet.name(files.get(f));
      String said;
      try {
        List<WatchTrial> own = watch(set, files.get(f), config);
        trials.addAll(own);
        said = set + ": " + own.get(0).pages() + " pages in quiet weeks";
      } catch (TrainingInterruptedException interrupted) {
        throw interrupted;
      } catch (DataException | ArtifactException | TrainingException e) {
        failed.put(set, String.valueOf(e.getMessage()));
        listener.failed(set, String.valueOf(e.getMessage()));
        said = set + ": not used";
      }
      double each = (System.nanoTime() - start) / 1e9 / (f + 1);
      listener.done(said, f + 1, files.size(), each * (files.size() - f - 1));
    }
    return new WatchFigures(trials, failed);
  }

  private List<WatchTrial> watch(String set, Path file, FitConfig config) {
    RawTable normals = RawTable.read(file, config.seed()).normals();
    if (normals.count() < FEWEST_NORMALS) {
      throw new DataException(
          "%d normal rows (expected: at least %d, half of them to learn from)"
              .formatted(normals.count(), FEWEST_NORMALS));
    }
    int learned = Math.min(MOST_LEARNED, normals.count() / 2);
    try (WorkFolder work = WorkFolder.of("watch")) {
      Path folder = work.path();
      Path model = folder.resolve("model.onnx");
      FitConfig timeless =
          config.withData(config.data().toBuilder().exclude(List.of(RawTable.TIME)).build());
      new FitPipeline(Progress.QUIET)
          .fit(
              FitRequest.of(
                  normals.slice(0, learned).write(folder.resolve("learned.csv")), timeless, model));
      Path fresh = normals.slice(learned, learned + MOST_FRESH).write(folder.resolve("fresh.csv"));
      try (Scorer scorer = Scorer.open(model)) {
        return watch(set, scorer, rows(scorer, fresh), config.seed());
      }
    }
  }

  private List<WatchTrial> watch(String set, Scorer scorer, Rows fresh, long seed) {
    WatchedModel.Source usual = WatchedModel.Source.of(scorer, fresh);
    double atMost = scorer.manifest().threshold().current().falseAlarmRateUpperBound();
    WatchedModel quiet = new WatchedModel(scorer.manifest());
    Random random = new Random(seed);
    for (long hour = 0; hour < BEFORE * HOURS_PER_DAY; hour++) {
      quiet.add(hour, usual, rowsAnHour, random);
    }
    List<WatchTrial> trials = new ArrayList<>();
    trials.add(
        quiet(
            set,
            WatchTrial.NOTHING,
            "",
            new WatchedModel(scorer.manifest()),
            usual,
            usual,
            seed,
            atMost));
    for (PlantedDrift drift : PlantedDrift.values()) {
      Optional<PlantedDrift.Changed> changed = drift.of(fresh, new Random(seed));
      boolean tooShort = drift == PlantedDrift.WEEKENDS && days < 3 * DAYS_PER_WEEK;
      if (changed.isEmpty() || tooShort) {
        continue;
      }
      Rows rows = changed.get().rows();
      WatchedModel.Source now = WatchedModel.Source.of(scorer, rows);
      String column = changed.get().column();
      trials.add(
          drift == PlantedDrift.WEEKENDS
              ? quiet(
                  set,
                  drift.words(),
                  column,
                  new WatchedModel(scorer.manifest()),
                  usual,
                  now,
                  seed,
                  atMost)
              : drifting(set, drift, column, quiet.copy(), usual, now, seed, atMost));
    }
    return trials;
  }

  /**
   * Weeks whose weekends have rows of their own, or the same; the first two of such weeks teach.
   */
  private WatchTrial quiet(
      String set,
      String words,
      String column,
      WatchedModel model,
      WatchedModel.Source weekdays,
      WatchedModel.Source weekends,
      long seed,
      double atMost) {
    Random random = new Random(seed + 1);
    boolean paged = false;
    int pages = 0;
    // What weekends do is known once there were two of them.
    boolean alike = words.equals(WatchTrial.NOTHING);
    int from = alike ? 0 : 2 * DAYS_PER_WEEK;
    @Nullable Integer found = null;
    @Nullable Integer together = null;
    @Nullable Integer first = null;
    for (int hour = 0; hour < days * HOURS_PER_DAY; hour++) {
      boolean weekend = hour / HOURS_PER_DAY % DAYS_PER_WEEK >= DAYS_PER_WEEK - 2;
      model.add(hour, weekend ? weekends : weekdays, rowsAnHour, random);
      if (hour < from * HOURS_PER_DAY) {
        continue;
      }
      WatchedModel.Look look = model.look(hour + 1L);
      // That weekends with more alarms than promised page for these is right.
      boolean pagesNow = alike ? look.pages() : look.driftPages();
      pages += pagesNow && !paged ? 1 : 0;
      paged = pagesNow;
      if (first == null && paged) {
        first = hour + 1 - from * HOURS_PER_DAY;
      }
      if (found == null && news(look).contains(column)) {
        found = hour + 1 - from * HOURS_PER_DAY;
      }
      if (together == null && look.drift().isOfDependence()) {
        together = hour + 1 - from * HOURS_PER_DAY;
      }
    }
    return new WatchTrial(
        set,
        words,
        column,
        days - from,
        pages,
        found,
        together,
        first,
        0,
        weekdays.alarmRate(),
        weekends.alarmRate(),
        atMost);
  }

  private WatchTrial drifting(
      String set,
      PlantedDrift drift,
      String column,
      WatchedModel model,
      WatchedModel.Source before,
      WatchedModel.Source now,
      long seed,
      double atMost) {
    Random random = new Random(seed + 2);
    @Nullable Integer found = null;
    @Nullable Integer together = null;
    @Nullable Integer paged = null;
    int pages = 0;
    Set<String> others = new TreeSet<>();
    for (int hour = 0; hour < AFTER * HOURS_PER_DAY; hour++) {
      long at = (long) BEFORE * HOURS_PER_DAY + hour;
      model.add(at, now, rowsAnHour, random);
      WatchedModel.Look look = model.look(at + 1);
      List<String> news = news(look);
      boolean told = drift.isOfAColumn() ? news.contains(column) : !told(look).isEmpty();
      found = found == null && told ? Integer.valueOf(hour + 1) : found;
      if (together == null && look.drift().isOfDependence()) {
        together = hour + 1;
      }
      if (look.pages()) {
        pages = 1;
        paged = paged == null ? Integer.valueOf(hour + 1) : paged;
      }
      news.stream().filter(name -> !name.equals(column)).forEach(others::add);
    }
    return new WatchTrial(
        set,
        drift.words(),
        column,
        AFTER,
        pages,
        found,
        together,
        paged,
        others.size(),
        before.alarmRate(),
        now.alarmRate(),
        atMost);
  }

  /** Columns that are told, and are not as they were a week ago. */
  private static List<String> news(WatchedModel.Look look) {
    return look.drift().findings().stream()
        .filter(finding -> finding.kind() == Quantity.Kind.COLUMN && finding.isNews())
        .map(DriftFinding::name)
        .distinct()
        .toList();
  }

  /** Terms, the score or the alarms, where these are told. */
  private static List<String> told(WatchedModel.Look look) {
    List<String> told =
        new ArrayList<>(
            look.drift().findings().stream()
                .filter(finding -> finding.kind() != Quantity.Kind.COLUMN && finding.isNews())
                .map(DriftFinding::name)
                .toList());
    if (look.alarms().call().isAlarming()) {
      told.add("alarms");
    }
    return told;
  }

  private static Rows rows(Scorer scorer, Path file) {
    List<Rows> batches = new ArrayList<>();
    try (DataSource source =
            DataSource.open(List.of(file.toString()), ReadOptions.asFitted(scorer.manifest()));
        RowReader reader =
            source.rows(scorer.manifest().schema(), List.of(), MOST_FRESH, ReadListener.NONE)) {
      while (reader.hasNext()) {
        batches.add(reader.next().rows());
      }
    }
    return Rows.concat(scorer.manifest().schema(), batches);
  }
}
