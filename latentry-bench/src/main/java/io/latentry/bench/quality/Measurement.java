package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import io.latentry.pipeline.config.ConfigFile;
import io.latentry.pipeline.config.DataConfig;
import io.latentry.pipeline.config.FitConfig;
import io.latentry.training.fit.TrainingInterruptedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The results of our detector and the plain methods, set by set: what is known already is taken
 * over, the rest measured. What cannot be used, a set or one split of it, is kept with the reason,
 * and ends nothing else.
 */
final class Measurement {
  private final QualityRequest request;
  private final ResultFile known;
  private final QualityListener listener;
  private final String modelCode;
  private final String rivalCode;
  private final Clock clock = new Clock();
  private final List<Result> results = new ArrayList<>();
  private final List<Standings.Failure> failures = new ArrayList<>();

  private Measurement(QualityRequest request, ResultFile known, QualityListener listener)
      throws IOException {
    this.request = request;
    this.known = known;
    this.listener = listener;
    this.modelCode =
        Fingerprint.ofCode(OwnDetector.class, TestSet.class) + settings(request.config());
    this.rivalCode = Fingerprint.ofCode(PlainMethods.class, TestSet.class);
  }

  /**
   * Measures {@code files} one after the other.
   *
   * @throws IOException if a result cannot be kept
   */
  static Measurement of(
      List<Path> files, QualityRequest request, ResultFile known, QualityListener listener)
      throws IOException {
    Measurement measurement = new Measurement(request, known, listener);
    Map<Path, List<Integer>> splits = new LinkedHashMap<>();
    for (Path file : files) {
      try {
        List<Integer> seeds = seeds(file, request);
        splits.put(file, seeds);
        measurement.clock.expect(file, seeds.size());
      } catch (RuntimeException e) {
        measurement.failed(file, e);
      }
    }
    for (Map.Entry<Path, List<Integer>> each : splits.entrySet()) {
      measurement.measure(each.getKey(), each.getValue());
    }
    return measurement;
  }

  /** The splits to run; of those that are asked for, a set need not have all. */
  private static List<Integer> seeds(Path file, QualityRequest request) {
    List<Integer> own = TestSet.seeds(file, request.config().data());
    if (request.seeds().isEmpty()) {
      return own;
    }
    List<Integer> asked = request.seeds().stream().filter(own::contains).toList();
    if (asked.isEmpty()) {
      throw new DataException(
          "%s: no column 'split%d' (expected: one of the splits asked for; it has those of seeds %s)"
              .formatted(file, request.seeds().get(0), own));
    }
    return asked;
  }

  List<Result> results() {
    return results;
  }

  List<Standings.Failure> failures() {
    return failures;
  }

  private void measure(Path file, List<Integer> seeds) throws IOException {
    List<Trial> trials;
    Optional<TestSet> set = Optional.empty();
    try {
      trials = trials(file, seeds);
      if (!trials.stream().allMatch(Trial::isDone)) {
        set = Optional.of(TestSet.read(file, request.config().data(), request.types()));
      }
    } catch (RuntimeException | IOException | OutOfMemoryError e) {
      failed(file, e);
      clock.giveUp(file, seeds.size());
      return;
    }
    for (Trial trial : trials) {
      try {
        if (!trial.isDone()) {
          trial.run(set.orElseThrow());
        }
      } catch (RuntimeException | OutOfMemoryError e) {
        failed(file, e);
        clock.giveUp(file, 1);
        continue;
      }
      results.addAll(trial.results());
      clock.done(file);
      listener.done(trial.summary(), clock.done, clock.total, clock.secondsLeft());
    }
  }

  private List<Trial> trials(Path file, List<Integer> seeds) throws IOException {
    String inputs = Fingerprint.ofFile(file) + request.types() + inputs(request.config());
    String modelKey = Fingerprint.of(inputs + modelCode);
    String rivalKey = Fingerprint.of(inputs + rivalCode);
    return seeds.stream()
        .map(seed -> new Trial(TestSet.name(file), seed, modelKey, rivalKey))
        .toList();
  }

  /** All that shapes the detector: the seed is in the result, the data in its digest. */
  private static String settings(FitConfig config) {
    return new TreeMap<>(ConfigFile.toMap(config.withSeed(0))).toString();
  }

  /** What of the config settles the inputs, which all methods see. */
  private static String inputs(FitConfig config) {
    DataConfig inputs = config.data().toBuilder().label(null, null).clean(false).build();
    return settings(FitConfig.DEFAULT.withData(inputs));
  }

  /** Keeps the reason; but an interruption is meant for the whole run. */
  private void failed(Path file, Throwable reason) {
    if (reason instanceof TrainingInterruptedException interrupted) {
      throw interrupted;
    }
    if (reason instanceof RuntimeException interrupted && Thread.currentThread().isInterrupted()) {
      throw interrupted;
    }
    Standings.Failure failure = new Standings.Failure(TestSet.name(file), told(reason));
    failures.add(failure);
    listener.failed(failure.set(), failure.reason());
  }

  private static String told(Throwable reason) {
    if (reason instanceof OutOfMemoryError) {
      return "the memory does not suffice (expected: room for the set and the model); give more"
          + " with LATENTRY_HEAP=8g";
    }
    boolean explained =
        reason instanceof DataException
            || reason instanceof IllegalArgumentException
            || reason instanceof IllegalStateException;
    String message = reason.getMessage();
    return explained && message != null ? message : "unexpected: " + reason;
  }

  /** Everybody on one split of one set. */
  private final class Trial {
    private final String set;
    private final int seed;
    private final String modelKey;
    private final String rivalKey;
    private Optional<Result> model;
    private List<Result> rivals = new ArrayList<>();

    /** With what is known already. */
    Trial(String set, int seed, String modelKey, String rivalKey) {
      this.set = set;
      this.seed = seed;
      this.modelKey = modelKey;
      this.rivalKey = rivalKey;
      this.model = known.find(set, seed, Contest.MODEL, modelKey);
      for (String rival : PlainMethods.names()) {
        known.find(set, seed, rival, rivalKey).ifPresent(rivals::add);
      }
    }

    boolean isDone() {
      return model.isPresent() && hasRivals();
    }

    private boolean hasRivals() {
      return rivals.size() == PlainMethods.names().size();
    }

    /** Measures what is not known, and keeps it at once. */
    void run(TestSet from) throws IOException {
      Contest contest = new Contest(set, from.split(seed), seed);
      if (model.isEmpty()) {
        Result own = OwnDetector.in(contest, request.config(), modelKey);
        known.add(own);
        model = Optional.of(own);
      }
      if (!hasRivals()) {
        rivals = PlainMethods.in(contest, rivalKey);
        for (Result rival : rivals) {
          known.add(rival);
        }
      }
    }

    List<Result> results() {
      List<Result> all = new ArrayList<>(rivals);
      model.ifPresent(own -> all.add(0, own));
      return all;
    }

    String summary() {
      Result own = model.orElseThrow();
      String best =
          rivals.stream()
              .max(Comparator.comparingDouble(Result::auroc))
              .map(r -> ", best rival " + figures(r) + " " + r.method())
              .orElse("");
      return String.format(
          Locale.ROOT,
          "%-16s seed %d  n=%d d=%d  %s%s  fit %.1f s, score %.1f s",
          set,
          seed,
          own.trainingRows(),
          own.columns(),
          figures(own),
          best,
          own.fitSeconds(),
          own.scoreSeconds());
    }

    private static String figures(Result result) {
      return String.format(Locale.ROOT, "%.1f/%.1f", 100 * result.auroc(), 100 * result.auprc());
    }
  }

  /** How much is done and how long the rest takes, a set counting by its size. */
  private static final class Clock {
    /** What even the smallest set costs, in bytes of a larger one. */
    private static final long LEAST = 50_000;

    private final long start = System.nanoTime();
    private int total;
    private int done;
    private double costDone;
    private double costTotal;

    void expect(Path file, int splits) {
      total += splits;
      costTotal += splits * cost(file);
    }

    void done(Path file) {
      done++;
      costDone += cost(file);
    }

    void giveUp(Path file, int splits) {
      expect(file, -splits);
    }

    double secondsLeft() {
      double elapsed = (System.nanoTime() - start) / 1e9;
      return Math.max(0, elapsed / costDone * (costTotal - costDone));
    }

    private static double cost(Path file) {
      return LEAST + SetFolder.size(file);
    }
  }
}
