package io.latentry.bench.quality;

import io.latentry.core.data.DataException;
import io.latentry.pipeline.ConfigFile;
import io.latentry.pipeline.DataConfig;
import io.latentry.pipeline.FitConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Fits and scores our detector and plain methods on every set and split, and compares.
 *
 * <p>Every result is kept as soon as it is there, under what it depends on: a set's bytes, the
 * code, and for our detector the config. A run therefore goes on where another stopped, and
 * measures again only what has changed.
 */
public final class QualityBenchmark {
  private final QualityListener listener;

  public QualityBenchmark(QualityListener listener) {
    this.listener = listener;
  }

  /**
   * Runs what is not known yet and writes the page.
   *
   * @throws DataException if there is no set
   */
  public Standings run(QualityRequest request) throws IOException {
    List<Path> files = TestSet.find(request.data(), request.only());
    ResultFile known = ResultFile.open(request.resultFile());
    String modelCode =
        Fingerprint.ofCode(OwnDetector.class, TestSet.class) + settings(request.config());
    String rivalCode = Fingerprint.ofCode(PlainMethods.class, TestSet.class);
    Clock clock = new Clock(files, request.seeds().size());
    List<Result> results = new ArrayList<>();
    for (Path file : files) {
      String origin = Fingerprint.ofFile(file) + request.types() + inputs(request.config());
      try {
        results.addAll(
            runSet(
                file,
                request,
                known,
                Fingerprint.of(origin + modelCode),
                Fingerprint.of(origin + rivalCode),
                clock));
      } catch (DataException | IllegalArgumentException | IllegalStateException e) {
        listener.failed(TestSet.name(file), String.valueOf(e.getMessage()));
        clock.failed(file);
      }
    }
    Set<String> sets = new HashSet<>(results.stream().map(Result::set).toList());
    PublishedRivals.read(request.data()).stream()
        .filter(r -> sets.contains(r.set()) && request.seeds().contains(r.seed()))
        .forEach(results::add);
    Standings standings = Standings.of(results);
    Files.writeString(
        request.out(),
        request.out().toString().endsWith(".html")
            ? HtmlPage.of(standings)
            : MarkdownPage.of(standings));
    return standings;
  }

  /** The standings as text, for a terminal. */
  public static String text(Standings standings) {
    return MarkdownPage.of(standings);
  }

  private List<Result> runSet(
      Path file,
      QualityRequest request,
      ResultFile known,
      String modelKey,
      String rivalKey,
      Clock clock)
      throws IOException {
    String name = TestSet.name(file);
    TestSet set = null;
    List<Result> results = new ArrayList<>();
    for (int seed : request.seeds()) {
      Optional<Result> model = known.find(name, seed, Contest.MODEL, modelKey);
      List<Result> rivals = new ArrayList<>();
      for (String rival : PlainMethods.names()) {
        known.find(name, seed, rival, rivalKey).ifPresent(rivals::add);
      }
      boolean hasRivals = rivals.size() == PlainMethods.names().size();
      if (model.isEmpty() || !hasRivals) {
        if (set == null) {
          set = TestSet.read(file, request.config().data(), request.types());
        }
        Contest contest = new Contest(name, set.split(seed), seed);
        if (model.isEmpty()) {
          model = Optional.of(OwnDetector.in(contest, request.config(), modelKey));
          known.add(model.get());
        }
        if (!hasRivals) {
          rivals = PlainMethods.in(contest, rivalKey);
          for (Result rival : rivals) {
            known.add(rival);
          }
        }
      }
      results.add(model.orElseThrow());
      results.addAll(rivals);
      clock.done(file);
      listener.done(
          summary(model.orElseThrow(), rivals), clock.done, clock.total, clock.secondsLeft());
    }
    return results;
  }

  /** All that shapes the detector: the seed is in the result, the data in its digest. */
  private static String settings(FitConfig config) {
    return new TreeMap<>(ConfigFile.toMap(config.withSeed(0))).toString();
  }

  /** What of the config settles the inputs, which all methods see. */
  private static String inputs(FitConfig config) {
    DataConfig inputs = config.data().withLabel(null, null).withClean(false);
    return settings(FitConfig.DEFAULT.withData(inputs));
  }

  private static String summary(Result model, List<Result> rivals) {
    String best =
        rivals.stream()
            .max(java.util.Comparator.comparingDouble(Result::auroc))
            .map(r -> ", best rival " + figures(r) + " " + r.method())
            .orElse("");
    return String.format(
        Locale.ROOT,
        "%-16s seed %d  n=%d d=%d  %s%s  fit %.1f s, score %.1f s",
        model.set(),
        model.seed(),
        model.trainingRows(),
        model.columns(),
        figures(model),
        best,
        model.fitSeconds(),
        model.scoreSeconds());
  }

  private static String figures(Result result) {
    return String.format(Locale.ROOT, "%.1f/%.1f", 100 * result.auroc(), 100 * result.auprc());
  }

  /** How much is done and how long the rest takes, a set counting by its size. */
  private static final class Clock {
    /** What even the smallest set costs, in bytes of a larger one. */
    private static final long LEAST = 50_000;

    private final long start = System.nanoTime();
    private final int seeds;
    private final int total;
    private int done;
    private double costDone;
    private double costTotal;

    Clock(List<Path> files, int seeds) throws IOException {
      this.seeds = seeds;
      this.total = files.size() * seeds;
      for (Path file : files) {
        costTotal += seeds * cost(file);
      }
    }

    void done(Path file) throws IOException {
      done++;
      costDone += cost(file);
    }

    void failed(Path file) throws IOException {
      costTotal -= seeds * cost(file);
    }

    double secondsLeft() {
      double elapsed = (System.nanoTime() - start) / 1e9;
      return Math.max(0, elapsed / costDone * (costTotal - costDone));
    }

    private static double cost(Path file) throws IOException {
      return LEAST + Files.size(file);
    }
  }
}
